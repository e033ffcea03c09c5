"""Which rounds cannot be kept: more polls are wanted of a host, or of all, than its pacing allows."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from worker.records import Config, FeedConfig, HostRule
from worker.text.amounts import count_of

HOSTS_SHOWN = 5
KEPT = 1.001  # the share of a host's time above which polls fall behind


def find_slow_rounds(config: Config) -> list[str]:
    """A line for each host whose feeds cannot be polled as often as they ask, the slowest first."""
    by_host: dict[str, list[FeedConfig]] = {}
    polled = [feed for feed in config.feeds if feed.enabled]
    for feed in polled:
        by_host.setdefault((urlsplit(feed.url).hostname or "").lower(), []).append(feed)
    slow = [(_share(feeds, config.host_rule(host)), host) for host, feeds in by_host.items()]
    worst = sorted((found for found in slow if found[0] > KEPT), reverse=True)
    lines = [_describe(host, by_host[host], config.host_rule(host)) for _, host in worst[:HOSTS_SHOWN]]
    if len(worst) > HOSTS_SHOWN:
        lines.append(f"{len(worst) - HOSTS_SHOWN} more hosts have more feeds than their pacing allows")
    wanted_per_s = _polls_per_s(polled)
    if wanted_per_s > config.global_rate_per_s:
        lines.append(
            f"{count_of(len(polled), 'feed')} ask for {wanted_per_s:.1f} polls/s, more than global_rate "
            f"({config.global_rate_per_s:g}/s): raise it in [http], or raise interval"
        )
    return lines


def _polls_per_s(feeds: Iterable[FeedConfig]) -> float:
    return sum(1 / feed.interval_s for feed in feeds)


def _share(feeds: Iterable[FeedConfig], rule: HostRule) -> float:
    """How much of a host's time its polls need."""
    return _polls_per_s(feeds) * rule.delay_s / rule.concurrency


def _describe(host: str, feeds: list[FeedConfig], rule: HostRule) -> str:
    round_s = len(feeds) * rule.delay_s / rule.concurrency
    wanted_s = len(feeds) / _polls_per_s(feeds)
    shown = host if len(host) <= 60 else f"{host[:59]}…"
    return (
        f"{count_of(len(feeds), 'feed')} on one host ({shown}) take {round_s:,.0f} s a round, but are wanted "
        f'every {wanted_s:,.0f} s: raise interval, or lower delay in [host."{shown}"] if the host agrees'
    )
