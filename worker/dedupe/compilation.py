"""Recognize a text that was compiled from several other ones, which are strangers to each other."""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import chain

from worker.dedupe.signature import Signature
from worker.dedupe.text import low32
from worker.text.function_words import FUNCTION_WORDS

MIN_FOREIGN = 0.2  # of a text, found in strangers of its match and of each other
MIN_PART = 0.05  # of a text, found in one stranger
MIN_OTHER = 30  # shingles of the stranger
MIN_SAMPLED = 6  # hashes of a part; fewer in the samples of long texts may be chance
ALL_HASHES = 1 << 32
STRANGER_SHARE = 0.1  # of the smaller text; strangers share less
MIN_SUBJECT = 2  # words; strangers may share one by chance
MIN_NAMED, NAMED_SHARE = 3, 0.3  # names and headline words in common of two excerpts of one text
EXPLAINED = 0.7  # of the smaller text: one text is the other with additions


class Company:
    """A text and the others that it is compared with: which texts are put together from which others.

    What does not depend on a match is found once for all matches of the text.
    """

    def __init__(self, new: Signature, others: Sequence[Signature]) -> None:
        self._new, self.others = new, others
        self._unrelated: dict[Signature, bool] = {}

    def is_compiled_with(self, match: Signature) -> bool:
        """Whether the text holds parts of other texts that its match does not have.

        The match and the other texts must be strangers to each other: a digest, a round-up or a column that
        quotes both is a copy of neither. A text with nearly all of its match may be that text with additions,
        or unite excerpts of it: it is compiled if it holds parts of two more texts. Texts of different
        samples are compared by the hashes that all have.
        """
        found: list[Signature] = []
        foreign = 0.0
        for other, passage in self._foreign_passages:
            if other is match:
                continue
            part = _foreign_part(self._new, match, other, passage)
            if part >= MIN_PART and all(_are_strangers(other, text) for text in (match, *found)):
                found.append(other)
                foreign += part
        return foreign >= MIN_FOREIGN and len(found) > _is_explained(self._new, match)

    def is_united_with(self, part: Signature) -> bool:
        """Whether the text consists of a minor part and of another text that is unrelated to the part.

        Two unrelated texts in one are a copy of neither. Excerpts of one text have little text in common,
        too, but are about the same names.
        """
        return is_minor_part(part, self._new) and any(
            are_unrelated(other, part) and _are_all(part, other, self._new) for other in self._parts
        )

    def is_united_in(self, whole: Signature, around: Iterable[Signature]) -> bool:
        """Whether another text consists of this one as a minor part, and of another or one `around`."""
        return is_minor_part(self._new, whole) and any(
            self._is_unrelated(other) and _is_within(other, whole) and _are_all(self._new, other, whole)
            for other in chain(self.others, around)
        )

    @cached_property
    def _parts(self) -> list[Signature]:
        """The other texts that the text holds."""
        return [other for other in self.others if _is_within(other, self._new)]

    @cached_property
    def _foreign_passages(self) -> list[tuple[Signature, frozenset[int]]]:
        """What the text has in common with each text of another source, whose boilerplate may be its own."""
        new = self._new
        passages = [
            (other, new.shingles & other.shingles)
            for other in self.others
            if not other.form and other.is_char == new.is_char and other.source != new.source
        ]
        return [(other, passage) for other, passage in passages if len(passage) >= MIN_SAMPLED]

    def _is_unrelated(self, other: Signature) -> bool:
        if other not in self._unrelated:
            self._unrelated[other] = are_unrelated(other, self._new)
        return self._unrelated[other]


def _are_all(part: Signature, other: Signature, whole: Signature) -> bool:
    """Whether two texts make up most of a third."""
    limit = min(part.limit, other.limit, whole.limit)
    both = whole.shingles & (part.shingles | other.shingles)
    return sum(map(limit.__gt__, both)) >= EXPLAINED * whole.count_below(limit)


def is_minor_part(part: Signature, whole: Signature) -> bool:
    """Whether a text has nearly all of another one, and much else."""
    limit = min(part.limit, whole.limit)
    mine, theirs = part.count_below(limit), whole.count_below(limit)
    if not 0 < mine < theirs:
        return False  # nearly all of the larger one is most of the smaller one
    return EXPLAINED * mine <= len(part.shingles & whole.shingles) < EXPLAINED * theirs


def _is_within(part: Signature, whole: Signature) -> bool:
    limit = min(part.limit, whole.limit)
    return 0 < EXPLAINED * part.count_below(limit) <= len(part.shingles & whole.shingles)


def has_headline_of(text: Signature, other: Signature) -> bool:
    """Whether most words of a text's headline are another one's."""
    return bool(text.title) and len(text.title & other.title) >= EXPLAINED * len(text.title)


def _is_explained(new: Signature, match: Signature) -> bool:
    limit = min(new.limit, match.limit)
    least = min(new.count_below(limit), match.count_below(limit))
    return len(new.shingles & match.shingles) >= EXPLAINED * least


def _foreign_part(new: Signature, match: Signature, other: Signature, passage: frozenset[int]) -> float:
    """Return the share of a text that is in another one, not in its match; 0 if that may be chance."""
    limit = min(new.limit, match.limit, other.limit)
    foreign = passage - match.shingles
    part = len(foreign) if limit == ALL_HASHES else sum(map(limit.__gt__, foreign))
    return part / new.count_below(limit) if part >= MIN_SAMPLED else 0.0


def _are_strangers(a: Signature, b: Signature) -> bool:
    """Whether two texts long enough to be sure have hardly any text, names or headline words in common."""
    return _share_hardly_text(a, b) and not _have_same_subject(a, b)


def _share_hardly_text(a: Signature, b: Signature) -> bool:
    limit = min(a.limit, b.limit)
    mine, theirs = a.count_below(limit), b.count_below(limit)
    is_long = min(mine, theirs) * (ALL_HASHES / limit) >= MIN_OTHER
    return is_long and len(a.shingles & b.shingles) <= STRANGER_SHARE * min(mine, theirs)


def are_unrelated(a: Signature, b: Signature) -> bool:
    """Whether two texts long enough to be sure have hardly any text in common, and no subject."""
    return _share_hardly_text(a, b) and not are_about_same(a, b)


def are_about_same(a: Signature, b: Signature) -> bool:
    """Whether two texts share several names and words of headlines.

    That is at least two of the one's headline, or a larger part of all: of one day and one country, reports
    of different things have some in common.
    """
    functional = function_words()
    mine, theirs = ({*text.named, *text.title} - functional for text in (a, b))
    both, least = len(mine & theirs), min(len(mine), len(theirs))
    if both >= MIN_NAMED and both > NAMED_SHARE * least:
        return True
    headed = max(len(a.title & theirs - functional), len(b.title & mine - functional))
    return headed >= MIN_SUBJECT and both > STRANGER_SHARE * least


def _have_same_subject(a: Signature, b: Signature) -> bool:
    """Whether two texts have several of their names and headline words in common, function words aside."""
    mine, theirs = map(subject_of, (a, b))
    both = len(mine & theirs)
    return both >= MIN_SUBJECT and both > STRANGER_SHARE * min(len(mine), len(theirs))


def subject_of(text: Signature) -> set[int]:
    """Return the names of a text and the words of its headline, function words aside."""
    return {*text.named, *text.title} - function_words()


@cache
def function_words() -> frozenset[int]:
    """Return the hashes of the most frequent words of all languages known."""
    return frozenset(low32(word) for words in FUNCTION_WORDS.values() for word in words.split())
