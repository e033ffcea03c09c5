"""Hosts that asked to wait: who is kept away, who goes first after it, and what Redis is told of them."""

from sqlalchemy import select

from tests.store.samples import NOW, later, make_feed, sync
from worker.records import DueBy, FeedState
from worker.store import claims as claim_store
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store import polls as poll_store
from worker.store.models import Host, Robots

LEASE_S = 60.0


def claim(connection, now=NOW):
    return claim_store.claim_due(connection, now, limit=100, lease_s=LEASE_S, slots_of=lambda _: 9)


def names(claims):
    return [one.feed for one in claims]


def many(host, count):
    return [make_feed(f"{host}-{n}", f"https://{host}.example/{n}.xml") for n in range(count)]


def test_hosts_that_asked_to_wait_are_left_out_until_then(database):
    with database.write() as connection:
        sync(connection, make_feed("a"), make_feed("b"))
        host_store.cool_host(connection, "a.example", later(100), "429")
        host_store.cool_host(connection, "a.example", later(50), "a shorter wait changes nothing")
        assert host_store.host_not_before(connection, "a.example") == later(100)
        assert names(claim(connection)) == ["b"]
        assert names(claim(connection, later(60.0))) == []
        assert claim_store.oldest_due(connection, later(60.0)) is None, "it is not the workers that are late"
        assert "a" in names(claim(connection, later(101)))


def test_the_feeds_of_a_host_that_asked_to_wait_say_when_they_are_due_and_why(database):
    """Those under way or due later keep their own time; what was late for us is not late any more."""
    with database.write() as connection:
        sync(connection, *many("a", 3), *many("b", 1))
        feed_store.set_due(connection, {"a-2": (later(500), "interval", DueBy.NOW)})
        assert claim_store.claim_one(connection, "a-0", NOW, LEASE_S) is not None
        host_store.cool_host(connection, "a.example", later(100), "host asked to wait")
        told = {
            config.id: (state.next_due_at, state.next_due_reason)
            for config, state in feed_store.read_states(connection)
        }
        assert told["a-1"] == (later(100), "host asked to wait")
        assert told["a-2"] == (later(500), "interval")
        assert (told["a-0"][0], told["b-0"][0]) == (NOW, NOW)


def test_after_a_wait_a_host_gets_one_feed_first(database):
    """No other feed of it is claimed before the first one's reply, however many controls and slots."""
    with database.write() as connection:
        sync(connection, *many("a", 3), *many("b", 2))
        host_store.cool_host(connection, "a.example", later(100), "429")
        claim(connection)
        [first] = [one for one in claim(connection, later(161)) if one.host == "a.example"]
        assert claim(connection, later(162)) == []
        assert host_store.take_probe(connection, "a.example", first.lease, later(162), later(170))
        assert not host_store.take_probe(connection, "a.example", "by hand", later(163), later(170))
        host_store.end_probe(connection, "a.example", "by hand")
        assert claim(connection, later(163)) == []
        host_store.end_probe(connection, "a.example", first.lease)
        assert [one.host for one in claim(connection, later(164))] == ["a.example"] * 2


def test_a_host_that_throttles_its_first_request_waits_again(database):
    with database.write() as connection:
        sync(connection, *many("a", 3))
        host_store.cool_host(connection, "a.example", later(100), "429")
        assert host_store.take_probe(connection, "a.example", "first", later(100), later(112))
        host_store.renew_probe(connection, "a.example", "first", later(500))
        assert claim(connection, later(400)) == []
        host_store.cool_host(connection, "a.example", later(900), "429 again")
        host_store.end_probe(connection, "a.example", "first")
        assert host_store.host_not_before(connection, "a.example") == later(900)
        assert claim(connection, later(899)) == []
        assert len(claim(connection, later(900))) == 1


def test_a_first_request_that_was_given_up_or_whose_worker_died_is_followed_by_another(database):
    with database.write() as connection:
        sync(connection, *many("a", 3))
        host_store.cool_host(connection, "a.example", later(100), "429")
        assert host_store.take_probe(connection, "a.example", "given up", later(100), later(112))
        host_store.drop_probe(connection, "a.example", "given up")
        assert host_store.take_probe(connection, "a.example", "dead", later(101), later(112))
        assert not host_store.take_probe(connection, "a.example", "next", later(112), later(120))
        assert host_store.take_probe(connection, "a.example", "next", later(113), later(120))


def test_what_an_emptied_redis_is_told_are_the_polls_under_way(database):
    with database.write() as connection:
        sync(connection, *(make_feed(name) for name in "abc"))
        leases = {one.feed: one.lease for one in claim(connection)}
        for name in "ab":
            poll_store.begin_poll(connection, name, leases[name], NOW, LEASE_S)
        ended = FeedState(last_polled_at=later(3), next_due_at=later(900))
        poll_store.finish_poll(connection, "b", leases["b"], ended, "https://b.example/")
        told = host_store.asked_hosts(connection, later(5))
        assert [(one.host, one.token, one.hold_s) for one in told] == [
            ("a.example", leases["a"], LEASE_S - 5)
        ]


def test_a_turn_for_a_page_is_taken_by_one_and_keeps_all_others_away(database):
    """Where robots.txt names a crawl delay; polls of the host are not concerned."""
    with database.write() as connection:
        assert host_store.take_page_turn(connection, "a.example", NOW, 30.0) is None
        assert host_store.take_page_turn(connection, "a.example", later(29), 30.0) == later(30)
        assert "a.example" in set(connection.scalars(host_store.closed_to_pages(later(29))))
        assert "a.example" not in set(connection.scalars(host_store.closed_hosts(later(29))))
        assert set(connection.scalars(host_store.closed_to_pages(later(30)))) == set()
        assert host_store.take_page_turn(connection, "a.example", later(30), 30.0) is None
        host_store.extend_page_turn(connection, "a.example", later(65))  # it went out five seconds late
        host_store.extend_page_turn(connection, "a.example", later(40))
        assert host_store.take_page_turn(connection, "a.example", later(61), 30.0) == later(65)
        assert host_store.slow_hosts(connection, later(90)) == {"a.example"}
        assert host_store.slow_hosts(connection, later(2 * 86_400)) == set()


def test_files_and_waits_of_sites_are_pruned_when_they_are_of_no_use(database):
    """Every page on another site would leave a row for ever."""
    with database.write() as connection:
        for number, at in enumerate((NOW, later(-100), later(-200))):
            host_store.save_robots(connection, f"https://h{number}.example", 200, b"x", at)
        host_store.cool_host(connection, "waits.example", later(50), "429")
        host_store.cool_host(connection, "waited.example", later(-150), "429")
        host_store.take_page_turn(connection, "slow.example", NOW, 60.0)
        assert host_store.prune_sites(connection, later(-120), 10) == 2
        assert host_store.prune_sites(connection, later(-120), 10) == 0
        kept = set(connection.scalars(select(Host.name)))
        files = set(connection.scalars(select(Robots.origin)))
    assert kept == {"waits.example", "slow.example"}
    assert files == {"https://h0.example", "https://h1.example"}
