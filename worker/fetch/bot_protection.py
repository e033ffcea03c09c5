"""Recognize pages that bot protection serves in place of a document."""

from collections.abc import Mapping

# Statuses under which such pages are served; 202 and 405 are AWS WAF's.
PROTECTION_STATUSES = frozenset({202, 403, 405, 429, 503})
# (header, text in its value), from the documentation of each product.
_HEADER_MARKS = (
    ("cf-mitigated", "challenge"),  # Cloudflare: challenge pages
    ("x-amzn-waf-action", "challenge"),  # AWS WAF
    ("x-amzn-waf-action", "captcha"),
    ("x-datadome", ""),  # DataDome
    ("x-dd-b", ""),
    ("x-px-block", ""),  # HUMAN, formerly PerimeterX
    ("x-sucuri-block", ""),
)
# Text of the page itself, lower case.
_BODY_MARKS = (
    b"/cdn-cgi/challenge-platform/",  # Cloudflare
    b"attention required! | cloudflare",
    b"checking your browser",  # Cloudflare (old), DDoS-Guard
    b"enable javascript and cookies to continue",
    b"_incapsula_resource",  # Imperva
    b"ddos-guard",
    b"px-captcha",
    b"captcha-delivery.com",  # DataDome
    b"anubis_challenge",
    b"<title>just a moment...</title>",
)


def is_bot_protection(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a response is a challenge or block page of bot protection; `body` may be truncated."""
    if status not in PROTECTION_STATUSES:
        return False
    if any(name in headers and mark in headers[name].lower() for name, mark in _HEADER_MARKS):
        return True
    text = body.lower()
    return any(mark in text for mark in _BODY_MARKS)
