"""Which way a clause points in time, by the nearest verb: -1 back, 1 ahead, 0 unknown."""

import re

CLAUSE_CHARS = 200
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
# Participles that point ahead when nothing past follows: scheduled for, due, expected on.
_PLANNED = frozenset(
    {
        "scheduled",
        "due",
        "expected",
        "set",
        "slated",
        "planned",
        "planning",
        "plans",
        "plan",
        "likely",
        "ready",
        "poised",
        "supposed",
        "aims",
        "hopes",
        "wants",
        "intends",
        "vows",
        "vowed",
        "promises",
        "promised",
        "pledges",
        "pledged",
        "agreed",
        "intend",
        "expects",
        "expect",
        "bound",
        "tipped",
    }
)
# Present forms that news uses for what is to come.
_PRESENT = frozenset({
    "opens", "open", "starts", "start", "begins", "begin", "meets", "meet", "plays", "play", "returns",
    "return", "ends", "end", "expires", "expire", "faces", "face", "hosts", "host", "launches", "launch",
    "takes", "take", "runs", "run", "kicks", "goes", "go", "votes", "vote", "arrives", "arrive",
    "releases", "release", "publishes", "publish", "travels", "travel", "visits", "visit", "holds",
    "hold", "resumes", "resume", "closes", "close", "heads", "head", "leaves", "leave", "speaks",
    "speak", "appears", "appear", "sets", "comes", "come", "gets", "is", "are", "has", "have", "needs",
    "need", "hears", "rules", "decides", "airs", "debuts", "premieres", "departs",
})  # fmt: skip
_AHEAD = frozenset({"until", "till", "upcoming", "ahead", "before"})
_TOKEN = re.compile(r"[A-Za-z]+(?:n['’]t)?|['’]ll\b|[.!?\n;]")
_STOP = frozenset(".!?\n;")
_NOT_PAST = frozenset(
    {
        "need",
        "speed",
        "feed",
        "seed",
        "breed",
        "united",
        "red",
        "bed",
        "wed",
        "hundred",
        "indeed",
        "exceed",
        "proceed",
        "succeed",
        "led",
    }
) - {"led"}
_SPEAKING = frozenset({"speaking", "appearing", "testifying", "writing"})


def _words(text: str) -> list[str]:
    # a capital makes a name of a modal: Theresa May
    return ["" if token in {"May", "Will"} else token.lower() for token in _TOKEN.findall(text)]


def tense_before(text: str, at: int) -> int:
    """The tense of the clause that leads to an offset."""
    words = _words(text[max(0, at - CLAUSE_CHARS) : at])
    closest = words[-1] if words else ""
    if closest == "since":
        return -1
    ahead = closest == "by" or closest in _AHEAD
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word in _STOP and not _is_initial(words, index):
            break
        if tense := _tense_of(words, index):
            # "restored by Monday" is past, "wants it by Monday" is not
            return 1 if ahead and closest in _AHEAD else tense
    return 1 if ahead else 0


def tense_after(text: str) -> int:
    """The tense of the verb that follows in the same sentence."""
    words = _words(text[:CLAUSE_CHARS])
    for index, word in enumerate(words):
        if word in _STOP:
            break
        if word in _PRESENT and word not in {"is", "are"}:
            continue
        if tense := _tense_of(words, index):
            return tense
    return 0


def _is_initial(words: list[str], index: int) -> bool:
    """Whether a full stop is one of U.S. and its like."""
    return words[index] == "." and index > 0 and len(words[index - 1]) == 1


def _tense_of(words: list[str], index: int) -> int:
    word, previous = words[index], words[index - 1] if index else ""
    if word in _MODALS:
        return 1
    if word == "to" and previous in (_PLANNED | {"is", "are", "was", "were", "has", "have", "had"}):
        return 1
    if word in _PLANNED:
        following = words[index + 1] if index + 1 < len(words) else ""
        if following in {"for", "to", "on", "by", "in", ""} or word in {
            "due",
            "likely",
            "wants",
            "plans",
            "hopes",
            "aims",
            "intends",
            "expects",
        }:
            return 1
        return -1 if word.endswith("ed") else 1 if word != "set" else -1
    if previous in _MODALS or (previous == "to" and index > 1 and words[index - 2] in _PLANNED):
        return 1
    if word in _IRREGULAR or word in _SPEAKING or (word.endswith("ed") and word not in _NOT_PAST):
        return 1 if _follows_plan(words, index) else -1
    return 1 if word in _PRESENT else 0


def _follows_plan(words: list[str], index: int) -> bool:
    """Whether a participle belongs to what is to be: "will be held", "could be signed"."""
    for word in reversed(words[max(0, index - 4) : index]):
        if word in _MODALS or (word == "to"):
            return True
        if word not in {
            "be",
            "not",
            "been",
            "also",
            "have",
            "then",
            "soon",
            "likely",
            "officially",
            "formally",
            "only",
        }:
            return False
    return False
