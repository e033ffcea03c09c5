"""Patterns that are not linear, with the largest text that each is applied to, in characters.

The bound is that of the code at the call: a window before or after a find, or a value that was cut before.
"""

HEAD = 400  # the start of a text: agencies/marks.py, HEAD_CHARS
LINE = 600  # agencies/closing.py, LINE_CHARS
FULL_FORM = 80  # the text before a short name in brackets: extract/mentions.py
DATE = 120  # text/dates.py, MAX_CHARACTERS
BACK = 64  # before a date or a name: facts, _BACK_CHARS and _LOOK_BACK_CHARS
CLAUSE = 200  # facts/tense_english.py, CLAUSE_CHARS
CONTEXT = 240  # before and after a quote: facts/quotes.py, CONTEXT_CHARS
RESOLVE = 1_000  # the text before a quote: facts/quotes.py, RESOLVE_CHARS
NAME = 1_000  # parse/bounds.py, MAX_NAME_CHARACTERS
BLANKS = 64  # at the end of a text, where only a run of blanks is slow; paragraphs are stripped

# a name stands for all items of a table
BOUNDED = {
    "worker.agencies.bare_datelines.BARE_DATELINES": HEAD,
    "worker.agencies.closing_forms.CONTRIBUTOR_LINES": LINE,
    "worker.agencies.closing_forms.DESK_LINES": LINE,
    "worker.agencies.credit_forms.SHARED_LINE": LINE,
    "worker.agencies.head_datelines.OPENINGS": HEAD,
    "worker.agencies.forms.DATELINES": HEAD,
    "worker.agencies.further_datelines.FURTHER_DATELINES": HEAD,
    "worker.agencies.forms.EDITORS_NOTE": HEAD,
    "worker.dedupe.wording._UNIT": BLANKS,
    "worker.extract.mentions._is_redefined": FULL_FORM,
    "feedparser.mixin._sync_author_detail": NAME,
    "worker.extract.facts.dates_european._NUMBERED_PART": BACK,
    "worker.extract.facts.dates_european._OF_EVENT": BACK,
    "worker.extract.facts.named_before._BESIDE_KIND": RESOLVE,
    "worker.extract.facts.named_by_date._PLACE": BACK,
    "worker.extract.facts.people._BEFORE_NAME": BACK,
    "worker.extract.facts.speaker_names._ISSUER": CONTEXT,
    "worker.extract.facts.speaker_names._NAMES": CONTEXT,
    "worker.extract.facts.speaker_names._OF": CONTEXT,
    "worker.extract.facts.speaker_names_cjk._CHINESE_TAIL": CONTEXT,
    "worker.extract.facts.speaker_resolution._NAME": RESOLVE,
    "worker.extract.facts.speakers._WITHHELD": CONTEXT,
    "worker.extract.facts.speakers_other_languages._OWN_NAME": CONTEXT,
    "worker.extract.facts.tense_english.is_planned_or_past": CLAUSE,
    "worker.extract.facts.weekdays_in_names._LAST_WORD": BACK,
    "worker.text.dates.NUMERIC": DATE,
    "worker.text.dates.ZONE_IN_TEXT": DATE,
}

# These look like searched ones by their calls: `endbracket.search` of feedparser calls `match` at one place.
MATCHED = {"feedparser.sgml.__init__"}
