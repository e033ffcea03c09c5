"""Read the rules of a robots.txt and judge URLs by them, in time linear in its size (RFC 9309 section 2.2).

What strangers may make large is read in a child process: `keep_rules` and `judge` are called there.
"""

from protego import Protego

from worker.fetch.robots_groups import keep_groups

PARSE_LIMIT_BYTES = 500 * 1024  # RFC 9309 section 2.5: at least 500 KiB must be parsed


def keep_rules(body: bytes, user_agent: str) -> str:
    """Return the rules of a robots.txt for one user agent, as a robots.txt of one group; never raises.

    Of the file, UTF-8 with or without BOM, the first 500 KiB count.
    """
    text = body[:PARSE_LIMIT_BYTES].decode("utf-8-sig", "replace")
    return keep_groups(text.replace("\0", ""), user_agent)


def parse_rules(rules: str) -> Protego:
    """Return what `keep_rules` kept, ready to judge URLs: up to 65 times as large in memory."""
    return Protego.parse(rules)


def judge(rules: str | Protego, url: str, user_agent: str) -> tuple[bool, float | None]:
    """Return whether a URL is allowed, and the crawl delay as it is written."""
    parsed = parse_rules(rules) if isinstance(rules, str) else rules
    return bool(parsed.can_fetch(url, user_agent)), parsed.crawl_delay(user_agent)
