"""Resolve article URLs and canonicalize them."""

import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from worker.parse.bounds import MAX_VALUE_CHARACTERS
from worker.parse.text import drop_cdata

MAX_URL_CHARACTERS = 2_048
MAX_CANONICAL_BYTES = 2_048
HASH_MARK = "#sha256="  # suffix of the canonical form of a longer URL
# Parameters that identify the referrer, never the article (vendor documentation: Google Ads and Analytics,
# Meta, Microsoft Advertising, Mailchimp, HubSpot, Matomo, Piano; lists of Brave and AdGuard).
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "at_", "stm_", "__hs", "oly_", "vero_", "ga_")
TRACKING_NAMES = {
    "fbclid", "gclid", "gclsrc", "dclid", "wbraid", "gbraid", "msclkid", "yclid", "twclid", "ttclid",
    "igshid", "igsh", "li_fat_id", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "ml_subscriber",
    "ml_subscriber_hash", "ns_mchannel", "ns_campaign", "ns_source", "ns_linkname", "ns_fee", "wt_mc",
    "wt.mc_id", "wtmc", "xtor", "cmpid", "ncid", "sr_share", "_openstat", "fb_action_ids",
    "fb_action_types", "fb_source", "fb_ref", "feature_id", "ito", "icid", "spm", "scid", "s_cid",
    "sc_campaign", "_ga", "_gl", "guccounter", "guce_referrer", "guce_referrer_sig", "mbid", "rss_id",
    "zanpid", "__twitter_impression", "ocid", "cvid", "trk", "smid",
}  # fmt: skip
# parameter values that only mean "from the feed" or select the AMP page
FEED_MARKS = {
    *(
        ("source", "rss"),
        ("src", "rss"),
        ("from", "rss"),
        ("ref", "rss"),
        ("feed", "rss"),
        ("partner", "rss"),
    ),
    *(("output", "amp"), ("outputtype", "amp"), ("amp", "1"), ("amp", "true"), ("amp", "")),
}
PHONE_HOSTS = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
# forbidden host code points of the URL standard, without colons (IPv6) and escapes
NO_HOST = re.compile(r"[\x00-\x20\x7f#/<>?@\[\\\]^|]")
AMP_PATH = re.compile(r"(?:/amp/?|\.amp(?:\.html?)?)$", re.IGNORECASE)
# redirectors with the article's URL in a parameter: (host, path, parameter)
WRAPPERS = (
    ("news.google.com", "/news/url", "url"),
    ("www.google.com", "/url", "url"),
    ("www.google.com", "/url", "q"),
    ("www.bing.com", "/news/apiclick.aspx", "url"),
)
DEFAULT_PORTS = {"http": 80, "https": 443}
PATH_SAFE = "/~!$&'()*+,;=:@-._%"
QUERY_SAFE = "/~!$'()*,;:@-._?%"
RESERVED_ESCAPE = re.compile(r"%(2[0-9A-Fa-f]|3[A-Fa-f]|40|5[BDbd])")
# what templates write for a missing link
NO_LINKS = {"#", "-", "/#", "null", "none", "nil", "undefined", "n/a", "false", "about:blank"}
UNKNOWN_BASE = "the URL of the document is not known"  # in warnings, of a document that was not fetched
SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")
HOST_FIRST = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#]|$)", re.IGNORECASE)


def resolve_link(base: str, link: str) -> str:
    """Return a link as published, absolute; a host name without a scheme is read as a host, not as a path."""
    link = drop_cdata("".join(link.split("\n"))).strip()
    if len(link) > MAX_VALUE_CHARACTERS or link.lower() in NO_LINKS:
        return ""
    try:
        own = urlsplit(base).netloc
        if HOST_FIRST.match(link) or (own and link.startswith(own + "/")):
            link = "//" + link
        return urljoin(base, link)
    except ValueError:  # "http://[half an IPv6 address"
        return ""


def resolve_url(link: str | None, base: str) -> str | None:
    """Return the absolute http(s) URL of a link, or None if it is not one."""
    if not link:
        return None
    link = re.sub(r"[\x00-\x20\x7f-\x9f\u200b\u2028\u2029\ufeff]+", _blank, link).strip()
    if not link or link.lower() in NO_LINKS:
        return None
    try:
        absolute = (
            urljoin(base, link) if not SCHEME.match(link) or link[:5].lower() in {"http:", "https"} else link
        )
        parts = urlsplit(absolute)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in DEFAULT_PORTS or not host or len(absolute) > MAX_URL_CHARACTERS:
        return None
    return absolute


def lacks_base(link: str, base: str) -> bool:
    """Whether a link is relative, and its base, of a document that was not fetched, is not an http(s) URL."""
    relative = (
        link.removeprefix("file://") if base.startswith("file:") else link
    )  # as the XML reader joins it
    is_known = base[:5].lower() in {"http:", "https"}
    if is_known or SCHEME.match(relative):
        return False
    return resolve_url(relative, "http://base.invalid/") is not None


def _blank(match: re.Match[str]) -> str:
    """Replace a space inside a URL by %20; drop line breaks and control characters."""
    return "%20" if match[0] == " " and match.start() > 0 and match.end() < len(match.string) else ""


def canonicalize_url(url: str | None) -> str | None:
    """Return the canonical form of an article's URL, for comparison, or None if it is not an http(s) URL.

    Scheme, www., m., AMP forms, tracking parameters, fragment and trailing slash are normalized or removed.
    Parameters that may identify the article (`id=`, `no=`, `p=`) always remain. At most 2,048 bytes; a longer
    URL is truncated and ends in its hash.
    """
    try:
        return _canonicalize(url) if url else None
    except (ValueError, UnicodeError):
        return None


def _canonicalize(url: str) -> str | None:
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    host = (host if host.isascii() else host.encode("idna").decode("ascii")).rstrip(".")
    if parts.scheme.lower() not in DEFAULT_PORTS or not host or NO_HOST.search(host):
        return None
    wrapped = _unwrap(host, parts.path, parts.query)
    if wrapped:
        return _canonicalize(wrapped)
    host = PHONE_HOSTS.sub("", host) if ":" not in host else f"[{host}]"
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    path = AMP_PATH.sub("", _escape(parts.path, PATH_SAFE))
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    path = re.sub(r"(?i)/(?:index|default)\.(?:html?|php|aspx?)$", "", path)
    query = "&".join(_escape(pair, QUERY_SAFE + "=+") for pair in parts.query.split("&") if _is_kept(pair))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""  # client-side routes
    canonical = (
        f"https://{host}{port}{path or '/'}"
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )
    return _bounded(canonical)


def _bounded(canonical: str) -> str:
    """Limit a URL to MAX_CANONICAL_BYTES; a longer one is truncated and stays unique by its hash."""
    encoded = canonical.encode("utf-8", "surrogatepass")
    if len(encoded) <= MAX_CANONICAL_BYTES:
        return canonical
    mark = HASH_MARK + hashlib.sha256(encoded).hexdigest()
    return encoded[: MAX_CANONICAL_BYTES - len(mark)].decode(errors="ignore") + mark


def _unwrap(host: str, path: str, query: str) -> str | None:
    """Return the URL inside a known redirector's URL, or None."""
    for wrapper_host, wrapper_path, name in WRAPPERS:
        if host == wrapper_host and path.lower() == wrapper_path:
            target = dict(parse_qsl(query)).get(name, "")
            if target.startswith(("http://", "https://")) and urlsplit(target).hostname != host:
                return target
    return None


def _is_kept(pair: str) -> bool:
    """Whether a parameter may identify the article."""
    name, _, value = pair.partition("=")
    name = unquote(name).lower()
    if not name or name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES):
        return False
    return (name, value.lower()) not in FEED_MARKS


def _escape(text: str, safe: str) -> str:
    """Normalize percent-encoding: reserved characters are unchanged, others encoded as UTF-8."""
    kept = RESERVED_ESCAPE.sub(lambda m: "%25" + m[1].upper(), text)
    return quote(unquote(kept, errors="surrogateescape"), safe=safe, errors="surrogateescape")
