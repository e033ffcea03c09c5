"""Finds the speaker of a quote in English text from the words before and after it."""

import re

from worker.extract.facts.speaker_names import name_speaker
from worker.extract.facts.speakers_other_languages import (
    LANGUAGES,
    find_inserted_speaker,
    find_speaker_by_language,
)
from worker.extract.facts.speech_verbs_english import JUDGING, NAMING, REPLYING, SAYING

__all__ = ["find_inserted_speaker", "find_speaker"]

# After a quoted word that is explained, not spoken: "stagflation", a term that
_TERM = re.compile(
    r"^\s?,?\s(?:an?|the|his|her|its|their|this|that)\s(?:[\w'’-]+\s){0,2}"
    r"(?:word|term|phrase|name|nickname|expression|label|slogan|acronym|title|coinage|saying|moniker"
    r"|euphemism|metaphor|concept|notion)s?\b"
)
# A quote that the text judges: "playing with lives", a charge that its chief executive rejected
_JUDGED = re.compile(
    r"^\s?,\s(?:an?|the)\s(?:[a-z-]+\s){0,2}(?:charge|claim|allegation|accusation|remark|comment|view"
    r"|suggestion|assertion"
    r"|criticism|demand|description|figure|position|stance|promise|pledge|move|decision)s?\s(?:that"
    r"|which|he|she|they|his|her|later|the)\b"
    r"|^\s?,\s(?:but|though|although|while|whereas)\s[^.!?\"“”]{2,80}\b(?:disagreed|denied|denies"
    r"|rejected|rejects|disputed|disputes"
    r"|refused|refuted|declined|did not)\b"
)
_DASHED_ASIDE = re.compile(r"\s[—–]\s([^—–.!?:;,\"“”]{1,60})\s[—–]\s")
# A party, a state or an age in brackets behind a name: Lee Tran (D), Jo Ruiz (R-Texas)
_NOTE = re.compile(r"(?<=\w)\s\((?:[A-Z]{1,4}|[A-Z][a-z]{0,3}[-–][A-Z][\w.]{0,8}|\d{1,3})\)")
_UNNAMED = re.compile(r"(?:an?|one|another)\s[a-z]")
_WITHHELD = re.compile(
    r"\bnot (?:to be|(?:want|wish|wanting|wishing) to be) (?:named|identified)|anonym|(?:declin"
    r"|refus)\w+ to (?:be (?:named|identified)"
    r"|give (?:his|her|their|a) (?:full )?name)"
    r"|not authori[sz]ed to speak"
)
_QUOTED = r"(?:was|were|is|has been|had been)\s(?:quoted|cited)\s(?:by\s[^,.;:\"]{1,40}\s)?as\ssaying"
_VERB = rf"(?:{SAYING}|{_QUOTED})\b"
_ANY_VERB = rf"(?:{SAYING}|{NAMING}|{JUDGING})\b"
_HELP = (
    r"(?:(?:has|had|have|later|also|then|further|once|recently|earlier|reportedly|repeatedly|never|often"
    r"|(?!(?:family|ally|bully|assembly|rally)\b)[a-z]{2,14}ly)\s){0,2}"
)
_ABBREVIATION = (
    r"(?:Dr|Mr|Mrs|Ms|Prof|Gen|Sen|Rep|Gov|St|Jr|Sr|Col|Lt|Sgt|Capt|Rev|Hon|Adm|Maj|U\.S|U\.N|U\.K|[A-Z])\."
)
# Verbs that cannot be part of a name: "Meyer was told" contains no speaker.  wording: ok
_BE = r"(?:was|were|is|are|had|has|have|would|will|could|can|might|should|did|does|be|been|being)"
_NO_NAME = "not|that|who|which|whom|whose|as|while|when|because|until"
_WORD = rf"(?:{_ABBREVIATION}|(?!(?:{_BE}|{_NO_NAME})\b)[^\W_][\w'’&/-]*)"
_PHRASE = rf"{_WORD}(?:\s{_WORD}){{0,8}}?"
_LONG_PHRASE = rf"{_WORD}(?:\s{_WORD}){{0,8}}"
_TITLED = r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Gen|Sen|Rep|Gov|Col|Lt|Sgt|Capt|Rev|Maj|Adm)\.\s)?"
_ASIDE = rf"(?:,\s(?P<aside>{_TITLED}[^,.;:\"“”«»]{{1,80}})(?:,\s[^,.;:\"“”«»]{{1,60}}){{0,3}},)?"
# Words that end the noun phrase after a verb; "of" may continue a name: the Bank of Korea.
_STOP = (
    r"(?:in|on|at|of(?!\s(?:the\s)?[A-Z])|to|during|after|before|as|when|while|who|which|that|with|by|from"
    r"|about"
    r"|outside|inside|near|amid|under|behind|between|among|around|across|over|against|without|following"
    r"|for|because|since|if|but|and(?=\s[a-z]+(?:ed|s)\b)|last|next|yesterday|today|this|through|via|late"
    r"|early|there|how|what|why|it(?=\s)"
    r"|(?:just\s|only\s|(?:\d{1,2}|two|three|four|five|six|several|some)\s)?(?:seconds|moments|minutes"
    r"|hours|days|weeks|months|years)"
    r"\s(?:after|before|later|earlier|ago|into)"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
)
_NO_HOUSE = "January|February|March|April|May|June|July|August|September|October|November|December"
_STOPPED_PHRASE = rf"(?!{_STOP}\b){_WORD}(?:\s(?!{_STOP}\b){_WORD}){{0,8}}"
_LED_BY = r"(?:^|[.!?;,:”\"]\s|\s(?:and|but|as|when|while|that)\s)"
_OPENING = r"(?:^|[.!?;]\s|,\s|\s(?:but|and|while)\s)"
# What must follow a verb that is not a verb of saying by itself: the end of the clause, a place or a time.
_CLOSED = r"[.;]|$|\s(?:outside|in|at|on|from|to|as|before|after|during|when|of|through|into|with|over)\b"
# An action of the subject before speaking: "Stein shook her head and said".
_DEED = (
    r"(?:(?:\w+ed|shook|took|stood|sat|rose|wept|met|left|threw|held|gave|put|hung|went)\s"
    r"(?:[\w'’-]+\s){0,6}and\s)?"
)
# A person with both names, after at most a title: the mayor Ann Boyd
_PERSON = r"(?:(?:[A-Z][\w'’.-]*|[a-z-]+)\s){0,4}?[A-Z][\w'’-]+\s[A-Z][\w'’-]+"
_MEMBERS = r"(?:one|some|many|several|two|three|most|both) of (?:the|his|her|their|its)(?:\s[a-z]+){1,3}"

_ROLES = (
    "spokes(?:man|woman|person)|lawyer|attorney|director|head|chief|president|secretary|leader"
    "|professor|minister|mayor|manager"
    "|coach|captain|chair(?:man|woman)?|executive|analyst|economist|researcher|scientist|commissioner"
    "|ambassador|officer|editor"
    "|founder|owner|curator|advis[eo]r|representative|negotiator|strategist|engineer|organi[sz]er"
    "|coordinator"
)
_FULL_NAME = r"[A-Z][\w'’-]+(?:\s(?:[A-Z]\.|de|van|von|bin|al|[A-Z][\w'’-]+)){0,2}\s[A-Z][\w'’-]+"

_AFTER = tuple(
    re.compile(rf"^\s?[,—–-]?\s?{pattern}")
    for pattern in (
        # the holder of an office behind it: said a spokesman for Lindqvist Energy, Per Aronsson
        (
            rf"(?:and\s|but\s)?{_VERB}\s(?:an?|the|its|his|her"
            rf"|their)\s(?:[a-z-]+\s){{0,3}}(?:{_ROLES})\s(?:for|of|at|with)\s"
            rf"[^,.;:\"“”]{{2,60}},\s(?P<who>{_FULL_NAME})(?P<aside>)(?=[,.;]|$)"
        ),
        (
            rf"{_VERB}\s(?:one|another) of (?:them|the\s[a-z]+|its\s[a-z]+),\s(?:Dr\.?\s"
            rf"|Prof\.?\s)?(?P<who>{_FULL_NAME})(?P<aside>)"
            r"(?=[,.;]|$)"
        ),
        rf"(?:and\s|but\s)?{_VERB}\s(?P<who>{_MEMBERS})(?P<aside>)",
        # any past form before a name is a verb of saying here: "fumed Daniel Roth"
        (
            rf"(?:and\s|but\s)?(?:{_VERB}|[a-z]{{3,12}}ed|(?!(?:was|has|does|goes|comes)\b)[a-z]{{3,12}}s"
            rf"(?=\s(?:[a-z-]+\s){{0,3}}[A-Z][\w'’-]+\s[A-Z]))\s(?P<who>(?:police|[a-z]{{3,}}s)\s(?:in|at"
            rf"|from|with|of)\s(?!{_NO_HOUSE})[A-Z]\w+(?:\s[A-Z]\w+)*"
            rf"|{_STOPPED_PHRASE})"
            rf"(?![\w'’&/-]|\s(?:{_BE}|{_ANY_VERB})\b)(?:,\s(?P<aside>[^,.;:\"“”«»]{{1,80}})(?=[,.;]|$))?"
        ),
        rf"{_PHRASE}\s(?:quoted|cited)\s(?P<who>{_PHRASE})(?P<aside>)\sas\ssaying",
        (
            rf"(?:and\s|but\s)?(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:{_VERB}|\w{{2,}}ed(?:\s(?:him|her|them"
            rf"|me|us))?(?={_CLOSED}))"
        ),
        rf"as\s(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:{_VERB}|puts?\sit\b)",
        (
            rf"(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:{REPLYING})(?=\s?[.,;]|\s(?:at|when|as|in|with|on"
            rf"|from)\b|$)"
        ),
        (
            rf"(?:is|was)\s(?P<who>{_PERSON})(?P<aside>)['’]s?\s(?:[a-z]+\s)?(?:verdict|reaction|view|reply"
            rf"|response|answer|conclusion|assessment|message|take|advice)\b"
        ),
        (
            rf"(?:is|was)\s(?:all|the only thing|what|as much as)\s(?:that\s)?(?P<who>{_PHRASE})(?P<aside>)\s"
            rf"(?:would|could|had to|has to)\s(?:say|offer|add)\b"
        ),
        rf"according to\s(?P<who>{_STOPPED_PHRASE})(?:,\s(?P<aside>[^,.;:\"“”«»]{{1,80}})(?=[,.;]|$))?",
        (
            rf"(?:is|was) (?:how|what)\s(?P<who>{_STOPPED_PHRASE})(?P<aside>)\s(?:(?:put|puts|described"
            rf"|describes"
            rf"|summed|sums) it|described|describes|called|calls|summed up|sums up|recalled|recalls)\b"
        ),
    )
)
# After a quote that is a whole sentence.
_AFTER_SENTENCE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^\s?(?:[Ww]ith (?:that|this|those words|these words),\s)(?P<who>{_PERSON})(?P<aside>)\s[a-z]",
        rf"^\s?(?:Those|These) (?:were|are) the (?:\w+\s)?words of\s(?P<who>{_STOPPED_PHRASE})(?P<aside>)",
        (
            rf"^\s?(?:That|This|It|And that|Which)\s(?:is"
            rf"|was)\show\s(?P<who>{_PERSON})(?P<aside>)\s(?:later\s|once\s|has\s|had\s)?"
            r"(?:put|puts|described|describes|summed|sums|saw|sees|explained|explains|recalled|recalls"
            r"|remembered|remembers|reacted"
            r"|responded|greeted|judged|assessed|began|ended|closed|concluded|reasoned|expressed"
            r"|characteri[sz]ed|announced|framed|told)\b"
        ),
        (
            rf"^\s?(?:That|This|Such|It|So)\s(?:is|was|ran)\s(?:the|a)\s(?:[a-z]+\s){{0,2}}(?:verdict|view"
            rf"|message|reaction|conclusion|summary"
            r"|response|answer|assessment|lament|advice|warning|plea|opinion|promise|boast|motto|reply"
            r"|complaint|judg(?:e)?ment)\s(?:of|from)\s"
            rf"(?P<who>{_STOPPED_PHRASE})(?P<aside>)"
        ),
        (
            rf"^\s?(?:So|Thus)\s(?:said|says|wrote|spoke|concluded|ended|declared"
            rf"|announced)\s(?P<who>{_STOPPED_PHRASE})(?P<aside>)(?=[.,;]|$)"
        ),
        rf"^\s?(?:The|Those)\swords\s(?:are|were)\sthose\sof\s(?P<who>{_STOPPED_PHRASE})(?P<aside>)",
        rf"^\s?[—–-]{{1,2}}\s?(?P<who>{_PERSON})(?P<aside>)(?:,[^.]{{0,60}})?\.?$",
    )
)
_BEFORE = tuple(
    re.compile(pattern)
    for pattern in (
        # who speaks for a body or in other words: The union, through its secretary, Bob Crane, said
        (
            rf"\b(?:through|via)\s(?:its|his|her|their|an?"
            rf"|the)\s(?:[\w-]+\s){{0,3}}\w+,\s(?P<who>{_FULL_NAME})(?P<aside>),\s"
            rf"{_HELP}{_VERB}(?:\s[^.!?:;\"“”]{{1,60}})?[,:]?\s?$"
        ),
        (
            rf"\b(?:[Ii]n the words of|[Aa]ccording to)\s[^,.;:\"“”]{{2,60}},\s"
            rf"(?P<who>{_FULL_NAME})(?P<aside>),\s"
            r"(?:[a-z][^,.;:\"“”]{0,60}\s)?$"
        ),
        # the person before "who": disagreed with harbour master Eve Stone, who said:
        (
            rf"\b(?P<who>{_FULL_NAME})(?P<aside>),\swho\s{_HELP}{_VERB}(?:\s[^.!?:;\"“”]{{1,40}})?(?:,|:"
            rf"|\sthat)\s?$"
        ),
        (
            rf"{_LED_BY}{_PHRASE}\s(?:quoted|cited)\s(?P<who>{_PHRASE})(?P<aside>)\sas\ssaying(?:[,:]"
            rf"|\sthat)?\s?$"
        ),
        (
            rf"{_LED_BY}(?P<who>{_PHRASE}){_ASIDE}\s{_DEED}{_HELP}{_VERB}"
            rf"(?:(?:\s(?!that\b)(?!{_ANY_VERB})[^\s.!?:;\"“”]+){{1,18}})?\s?(?:[,:]|\sthat)\s?$"
        ),
        rf"{_LED_BY}(?P<who>{_PHRASE}){_ASIDE}\s{_DEED}{_HELP}{_VERB}\s?$",
        rf"{_LED_BY}[Ss]aid\s(?P<who>{_PHRASE})(?P<aside>)[:,]\s?$",
        # the verb is in a clause that describes the speaker: Ann Boyd, who said
        rf"(?:^|[.!?;]\s)(?P<who>{_PHRASE})(?P<aside>),\swho\s{_HELP}{_VERB}(?:,|:|\sthat)?\s?$",
        rf"{_LED_BY}(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:{REPLYING})(?:\s[^.!?:;\"“”]{{1,60}})?:\s?$",
        rf"(?:^|[.!?;]\s)(?P<who>{_PHRASE}),\s(?P<aside>{_PERSON}),\s[a-z][^.!?:;\"“”A-Z]{{1,60}}:\s?$",
        r"(?:^|[.!?]\s)(?P<who>[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){0,3})(?P<aside>):\s?$",
        rf"(?:^|[.!?]\s)(?P<who>{_PERSON}){_ASIDE}(?:\s[a-z][^.!?:;\"“”A-Z]{{1,60}})?:\s?$",
        (
            r"(?:^|[.!?;]\s)(?P<who>(?!(?:The|This|That|These|Those|It|There|A|An|His|Her|Their|Its|My"
            r"|Our)\b)"
            r"[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+){0,3}|[Hh]e|[Ss]he)(?P<aside>)\s(?:was|is|remained"
            r"|remains|seemed|sounded"
            r"|looked)\s(?:[a-z]+\s){0,2}[a-z]+:\s?$"
        ),
        (
            rf"(?:^|[.!?]\s)For\s(?P<who>{_PERSON})(?P<aside>)(?:,\s[^,.;:\"“”«»]{{1,60}})?,\s"
            rf"(?:[a-z][^,.;:\"“”]{{0,40}}\s)?$"
        ),
        rf"(?:^|[.!?]\s)In the words of\s(?P<who>{_LONG_PHRASE}?)(?P<aside>),\s?$",
        (
            rf"(?:^|[.!?]\s)As\s(?P<who>{_PHRASE}){_ASIDE}\s(?:put|puts|said|says"
            rf"|told\s[^,]{{1,30}})(?:\sit)?[,:]\s?$"
        ),
        (
            rf"(?:^|[.!?;]\s)According to\s(?P<who>{_LONG_PHRASE}?)"
            r"(?:,\s(?P<aside>(?!(?:he|she|they|it|we|I)\s)[^,.;:\"“”«»]{1,80}))?,?\s?$"
        ),
        # the subject of the sentence is the speaker: "He left the hall, saying"
        (
            rf"(?:^|[.!?;]\s)(?P<who>{_PHRASE}){_ASIDE}\s{_HELP}(?:\w+ed|left|took|went|met|gave|stood"
            rf"|spoke)\b"
            rf"(?:\s(?!{_ANY_VERB})[^\s.!?:;\"“”]+){{0,18}},\s(?:saying|adding|insisting|arguing|warning"
            rf"|telling"
            r"\s[^,.:;\"]{1,40})(?:\sonly)?(?:[,:]|\sthat)?\s?$"
        ),
    )
)
# A quote that is part of a sentence: Police said the man "was acting in a strange manner."
_PARTLY = tuple(
    re.compile(pattern)
    for pattern in (
        # who made a claim that another one rejects
        (
            rf"\b(?:claim|allegation|accusation|suggestion|assertion|remark|comment|statement|complaint"
            rf"|view|argument|warning)s?\s"
            rf"(?:made\s)?(?:by|from"
            rf"|of)\s(?:[a-z-]+\s){{0,3}}(?P<who>{_FULL_NAME})(?P<aside>)\sthat\s[^.!?:;\"“”]{{1,80}}$"
        ),
        # the person before "who": welcomed by campaigner Mary Ode, who called it
        (
            rf"\b(?P<who>{_FULL_NAME})(?P<aside>),\swho\s{_HELP}(?:(?:{NAMING})(?=\s\w)|{JUDGING})\s"
            rf"(?:(?!{_ANY_VERB})[^.!?:;\"“”\s]+\s){{0,14}}$"
        ),
        (
            rf"\b(?:which|that|what)\s(?P<who>{_PHRASE})(?P<aside>)\s{_HELP}(?:called|calls|described as"
            r"|describes as|termed|labeled|dubbed|branded)\s$"
        ),
        (
            rf"{_OPENING}(?P<who>{_PHRASE}){_ASIDE}(?:,?\swho|\son\s[A-Z]\w+day)?\s{_HELP}"
            rf"(?:(?:{NAMING})(?=\s\w)|describe[ds]?|{SAYING}|{JUDGING})\s"
            rf"(?:(?!(?<!the\s){_ANY_VERB}|known\b|titled\b|entitled\b|named\b)[^.!?:;\"“”\s]+\s){{0,14}}$"
        ),
    )
)
_NEW_SENTENCE = re.compile(r"\s?(?:The|He|She|They|It|We|A|An|In|On|But|And|His|Her|Its)\b")


def find_speaker(before: str, after: str, quote: str, lang: str) -> tuple[str | None, bool]:
    """Returns the speaker of a quote from its context, or None, and whether the attribution follows it."""
    if lang in LANGUAGES:
        return find_speaker_by_language(before, after, lang)
    before, after = _NOTE.sub("", before), _NOTE.sub("", after)
    before = _DASHED_ASIDE.sub(r", \1, ", before)
    if _TERM.match(after):
        return None, True
    if _JUDGED.match(after):
        return _first((*_BEFORE, *_PARTLY), before.lstrip()), False
    goes_on = bool(re.search(r"[,—-]['’]?$", quote) or re.match(r"\s?,", after))
    asks = quote[-1] in "?!…" and not _NEW_SENTENCE.match(after)
    patterns = _AFTER if goes_on or asks else _AFTER[:2] if quote[-1] == "." else ()
    if speaker := _first(patterns, after) or _first(_AFTER_SENTENCE, after):
        is_withheld = _UNNAMED.match(speaker) and _WITHHELD.search(re.split(r"[.!?][\s\"”]", after)[0])
        return None if is_withheld else speaker, True
    before = before.lstrip()
    before_patterns = (*_BEFORE, *_PARTLY) if quote[0].islower() or not goes_on else _BEFORE
    return _first(before_patterns, before), False


def _first(patterns: tuple[re.Pattern[str], ...], context: str) -> str | None:
    for pattern in patterns:
        found = pattern.search(context)
        if found and (speaker := name_speaker(found["who"], found["aside"])):
            return speaker
        if found and found["aside"]:  # the aside is the subject: Reached by phone, Ann Boyd, the broker, said
            found = pattern.search(context, found.end("who"))
            if found and (speaker := name_speaker(found["who"], found["aside"])):
                return speaker
    return None
