"""Determines the tense of a clause by its nearest verb: PAST, AHEAD, PRESENT (may mean ahead) or 0."""

import re

CLAUSE_CHARS = 200
PAST, PRESENT, AHEAD = -1, 1, 2  # a present form in news may refer to past or future
# Past forms that do not end in -ed.
_IRREGULAR = frozenset({
    "said", "told", "was", "were", "had", "did", "went", "came", "saw", "took", "gave", "made", "got",
    "found", "left", "met", "began", "broke", "won", "lost", "hit", "fell", "rose", "held", "kept",
    "led", "let", "put", "ran", "sent", "set", "shot", "shut", "sold", "spoke", "spent", "stood",
    "struck", "thought", "threw", "understood", "withdrew", "wrote", "brought", "bought", "built",
    "burst", "caught", "chose", "cut", "dealt", "drew", "drove", "ate", "fed", "felt", "fought", "flew",
    "forgot", "froze", "grew", "heard", "hid", "hung", "hurt", "knew", "laid", "lay", "lent", "lit",
    "paid", "read", "rode", "rang", "sang", "sank", "sat", "shook", "showed", "shrank", "slid", "stole",
    "stuck", "swam", "swept", "swore", "taught", "tore", "woke", "wore", "beat", "became", "bore",
    "bent", "bet", "bid", "bound", "bred", "cast", "clung", "crept", "dug", "dwelt", "fled", "forbade",
    "forgave", "sought", "shone", "slept", "slew", "spat", "split", "spread", "sprang", "stung", "swung",
    "upheld", "withheld", "overthrew", "undertook", "died", "lied", "tied", "tried", "cried",
})  # fmt: skip
_MODALS = frozenset(
    {"will", "would", "shall", "should", "could", "may", "might", "must", "can", "cannot", "'ll", "’ll"}
)
# Words of intention before "to", "for" or a day: due, scheduled for, hope to.
_INTENT = frozenset({
    "scheduled", "due", "expected", "set", "slated", "planned", "planning", "plans", "plan", "likely",
    "unlikely", "ready", "poised", "supposed", "aims", "aim", "aiming", "hopes", "hope", "hoped", "hoping",
    "wants", "want", "wanted", "intends", "intend", "intended", "vows", "vow", "vowed", "promises",
    "promise", "promised", "pledges", "pledge", "pledged", "agreed", "agrees", "agree", "expects", "expect",
    "expecting", "bound", "tipped", "seeks", "seek", "seeking", "prepares", "prepare", "preparing",
    "prepared", "threatens", "threaten", "threatened", "threatening", "ordered", "needs", "need",
    "going", "waiting", "arranged", "forecast", "booked", "eager", "willing", "certain", "sure", "about",
})  # fmt: skip
# Words of intention that refer to the future by themselves.
_WANTS = frozenset({
    "due", "likely", "unlikely", "wants", "want", "plans", "plan", "hopes", "hope", "aims", "aim", "intends",
    "intend", "expects", "expect", "planning", "hoping", "seeks", "seek", "preparing", "vows", "vow",
    "promises", "pledges", "threatens", "threaten", "threatening", "expecting", "waiting", "forecast",
})  # fmt: skip
_DUE = frozenset({"due", "scheduled", "expected", "set", "slated", "planned", "poised", "supposed", "booked"})
# Present forms that news uses for future events.
_PRESENT = frozenset({
    "opens", "open", "starts", "start", "begins", "begin", "meets", "meet", "plays", "play", "returns",
    "return", "ends", "end", "expires", "expire", "faces", "face", "hosts", "host", "launches", "launch",
    "takes", "take", "runs", "run", "kicks", "goes", "go", "votes", "vote", "arrives", "arrive",
    "releases", "release", "publishes", "publish", "travels", "travel", "visits", "visit", "holds",
    "hold", "resumes", "resume", "closes", "close", "heads", "head", "leaves", "leave", "speaks",
    "speak", "appears", "appear", "sets", "comes", "come", "gets", "is", "are", "has", "have", "needs",
    "need", "hears", "rules", "decides", "airs", "debuts", "premieres", "departs", "elects", "convenes",
    "gathers", "flies", "reopens", "retires", "joins", "defends", "presents", "unveils", "receives",
    "celebrates", "considers", "debates", "turns", "stages", "tours", "continues", "competes", "reconvenes",
    "concludes", "addresses", "attends", "honors", "honours", "screens", "lands", "sails", "signs", "weighs",
    "reviews", "welcomes", "tackles", "performs", "undergoes", "wraps", "lapses", "commences",
    "restarts", "docks", "streams", "testifies",
    "chairs", "reaches", "switches", "elapses", "retire", "reopen", "strike",
    "reports", "becomes", "enters", "marks", "delivers",
})  # fmt: skip
# Present forms that describe a state rather than a future event.
_STATES = frozenset({
    "is", "are", "has", "have", "need", "needs", "get", "gets", "take", "takes", "run", "runs", "go", "goes",
    "hold", "holds", "face", "faces", "come", "comes", "leave", "leaves", "play", "plays", "speak", "speaks",
})  # fmt: skip
# A form after one of these is a noun: "in a vote Thursday".
_NOUN_AFTER = frozenset({
    "a", "an", "the", "s", "his", "her", "its", "their", "our", "my", "this", "that", "no", "of", "in", "for",
    "with", "by", "from", "on", "at", "after", "before", "during", "into", "final", "first", "second", "new",
})  # fmt: skip
_AHEAD = frozenset({"until", "till", "upcoming", "ahead", "before", "than"})
_TOKEN = re.compile(r"[A-Za-z]+(?:n['’]t)?|['’]ll\b|[.!?\n;]")
_STOP = frozenset(".!?\n;")
_NOT_PAST = frozenset({
    "need", "speed", "feed", "seed", "breed", "united", "red", "bed", "wed", "hundred", "indeed", "exceed",
    "proceed", "succeed",
})  # fmt: skip
# Persons, after an article: will present the accused
_PERSONS = frozenset({
    "accused", "injured", "wounded", "deceased", "convicted", "detained", "retired", "unemployed",
    "displaced",
    "disabled", "bereaved", "arrested", "kidnapped", "dispossessed", "uninsured", "read", "cut",
})  # fmt: skip
_SPEAKING = frozenset({"speaking", "appearing", "testifying", "writing"})
_BE = frozenset({"is", "are", "was", "were", "has", "have"})
# Words between a modal and its participle: "will be formally opened".
_BETWEEN = frozenset({
    "be", "not", "been", "also", "have", "then", "soon", "likely", "stay", "remain", "get", "keep", "again",
})  # fmt: skip
_BACK_WORDS = 4


def _words(text: str) -> list[str]:
    # a capitalized modal is a name: Theresa May
    return ["" if token in {"May", "Will"} else token.lower() for token in _TOKEN.findall(text)]


def tense_before(text: str, at: int) -> int:
    """Returns the tense of the clause before an offset."""
    words = _words(text[max(0, at - CLAUSE_CHARS) : at])
    closest = words[-1] if words else ""
    if closest == "since":
        return PAST
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word in _STOP and not _is_initial(words, index):
            break
        if tense := _tense_of(words, index):
            # "restored by Monday" is past, "wants it by Monday" is not
            return AHEAD if closest in _AHEAD else tense
    return AHEAD if closest in _AHEAD else 0


def tense_after(text: str) -> int:
    """Returns the tense of the next verb in the sentence; a present form only if there is no other."""
    words, present = _words(text[:CLAUSE_CHARS]), 0
    for index, word in enumerate(words):
        if word in _STOP:
            break
        tense = _tense_of(words, index)
        if tense and (word not in _PRESENT or word in {"is", "are"}):
            return tense
        if word.endswith("s"):
            present = present or tense
    return present


def is_event(text: str) -> bool:
    """Whether the first verb of a text describes an event rather than a state."""
    words = _words(text[:CLAUSE_CHARS])
    for index, word in enumerate(words):
        if word in _STOP or word in _STATES:
            return False
        if _tense_of(words, index):
            return True
    return False


def is_done(after: str) -> bool:
    """Whether the next word is a past verb: "the court on Monday rejected"."""
    words = [word for word in _words(after[:40]) if word != "also" and not word.endswith("ly")][:1]
    return bool(words) and (words[0] in _IRREGULAR or (words[0].endswith("ed") and words[0] not in _NOT_PAST))


def is_planned_or_past(text: str, at: int) -> bool:
    """Whether the clause before an offset has a past verb or a modal, so it is not a habit."""
    clause = text[max(0, at - CLAUSE_CHARS) : at]
    if tense_before(text, at) == PAST:
        return True
    return bool(re.search(r"\b(?:will|would|to be|planned|scheduled|due)\b[^.!?\n]*$", clause))


def _is_initial(words: list[str], index: int) -> bool:
    """Whether a full stop belongs to an abbreviation such as U.S."""
    return words[index] == "." and index > 0 and len(words[index - 1]) == 1


def _tense_of(words: list[str], index: int) -> int:
    word, previous = words[index], words[index - 1] if index else ""
    if word in _MODALS or previous in _MODALS:
        return AHEAD
    if word == "to" and index > 2 and previous in _DUE and words[index - 3 : index - 1] == ["had", "been"]:
        return PAST  # had been expected to testify on Monday
    if word == "to":
        return AHEAD if previous in _INTENT or previous in _BE else 0
    is_relative = previous == "that" and word.endswith("s")  # a truce that starts on Thursday
    if previous == "to" or (word in _PRESENT and previous in _NOUN_AFTER and not is_relative):
        return 0  # the verb before "to" decides; a noun has no tense
    if word in _PERSONS and previous in {"the", "of", "a"}:
        return 0
    if word in _INTENT and (meant := _tense_of_intent(words, index)):
        return meant
    if word in _IRREGULAR or word in _SPEAKING or (word.endswith("ed") and word not in _NOT_PAST):
        return AHEAD if _follows_plan(words, index) else PAST
    return PRESENT if word in _PRESENT else 0


def _tense_of_intent(words: list[str], index: int) -> int:
    word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
    if index and words[index - 1] in _NOUN_AFTER:
        return 0
    if word in _DUE and index and words[index - 1] in {"is", "are"}:
        return AHEAD
    if word == "due" and index > 1 and words[index - 2 : index] == ["had", "been"]:
        return PAST  # had been due in court on Monday
    is_due = word in _DUE and following in {"for", "to", "on", "by", "in", ""}
    return AHEAD if word in _WANTS or is_due else 0


def _follows_plan(words: list[str], index: int) -> bool:
    """Whether a participle belongs to a future event: "will be held", "could be signed"."""
    for word in reversed(words[max(0, index - _BACK_WORDS) : index]):
        if word in _MODALS or word == "to":
            return True
        if word not in _BETWEEN and not word.endswith("ly"):
            return False
    return False
