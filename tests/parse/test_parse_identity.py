"""The same entry keeps its key; different entries never share one."""

from collections.abc import Sequence

from worker.parse.identity import Identifying, content_hash, entry_keys

SITE = "https://example.org/"


def entry(
    guid: str | None = None, url: str | None = None, title: str = "t", date: str = "", text: str = ""
) -> Identifying:
    return Identifying(guid, url, title, date, text)


def keys(*entries: Identifying, sites: Sequence[str] = (SITE,)) -> list[str]:
    return [found.key for found in entry_keys(entries, sites)]


def test_a_guid_alone_is_identity_whatever_else_changes() -> None:
    before = keys(entry("g", "https://example.org/a", "One", "d1", "x"))
    after = keys(entry("g", "https://example.org/b", "Two", "d2", "y"))
    assert before == after


def test_a_guid_keeps_its_key_beside_other_entries() -> None:
    alone = keys(entry("g1"))
    assert keys(entry("g0", title="z"), entry("g1"))[1:] == alone


def test_guids_differ_in_case_and_spelling() -> None:
    assert len(set(keys(entry("G"), entry("g"), entry("g/")))) == 3


def test_a_guid_shared_by_different_entries_does_not_identify_them() -> None:
    first, second = keys(
        entry("same", "https://example.org/a", "A"), entry("same", "https://example.org/b", "B")
    )
    assert first != second


def test_an_entry_listed_twice_has_one_key() -> None:
    twice = entry("g", "https://example.org/a", "A")
    assert len(set(keys(twice, twice))) == 1


def test_the_url_of_the_site_does_not_identify_an_entry() -> None:
    first, second = keys(
        entry("http://www.example.org", "https://example.org/a", "A"),
        entry("http://www.example.org", "https://example.org/b", "B"),
    )
    assert first != second
    assert first == keys(entry("http://www.example.org", "https://example.org/a", "changed"))[0]


def test_without_guid_the_url_is_identity() -> None:
    assert keys(entry(None, "https://example.org/a", "A")) == keys(entry(None, "https://example.org/a", "B"))


def test_without_guid_and_with_a_shared_url_the_content_is_identity() -> None:
    first, second = keys(
        entry(None, "https://example.org/live", "A"), entry(None, "https://example.org/live", "B")
    )
    assert first != second


def test_without_guid_and_url_the_content_is_identity() -> None:
    first, second, third = keys(entry(title="A"), entry(title="B"), entry(title="A", date="d"))
    assert len({first, second, third}) == 3
    assert keys(entry(title="A")) == [first]


def test_different_guids_never_share_a_key() -> None:
    url = "https://example.org/a"
    listed = [entry("x", url, "1"), entry("x", url, "2"), entry("y", url, "1"), entry("y", url + "b", "2")]
    by_key: dict[str, set[str | None]] = {}
    for one, key in zip(listed, keys(*listed), strict=True):
        by_key.setdefault(key, set()).add(one.guid)
    assert all(len(guids) == 1 for guids in by_key.values())


def test_the_content_hash_changes_with_title_and_text_only() -> None:
    assert content_hash("a", "b") == content_hash("a", "b")
    assert (
        len(
            {content_hash("a", "b"), content_hash("a", "c"), content_hash("ab", ""), content_hash(None, "ab")}
        )
        == 4
    )
    assert len(content_hash(None, None)) == 64
