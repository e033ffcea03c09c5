"""Positions of secrets in any text: userinfo, query and matrix values, header fields."""

import re
from collections.abc import Collection
from urllib.parse import unquote

HIDDEN = "***"

# Names of URL parameters whose value is a secret, in lower case without "-", "_", "." and brackets. From the
# documentation of: OAuth 2.0 (RFC 6749, RFC 6750, RFC 7519, RFC 7521), AWS Signature V2 and V4, Google Cloud
# Storage V4, Azure SAS and Functions, Azure API Management (subscription-key), Akamai (hdnea, hdnts, hdntl,
# gda), GitLab (feed_token, private_token, job_token), Jira (os_password), Moodle (wstoken), WordPress
# (_wpnonce), OpenWeather (appid), nginx secure links (md5), CAS (ticket), Java, PHP and
# ASP sessions, and the feeds of news agencies.
_NAMES = frozenset({
    "accesscode", "appid", "assertion", "auth", "authcode", "authentication", "authhash", "authid",
    "authorization", "authorizationcode", "authz", "bearer", "casticket", "code", "cred", "creds",
    "csrf", "gda", "hash", "hdnea", "hdntl", "hdnts", "hmac", "invite", "invitecode",
    "jwt", "key", "keypairid", "loginhash", "mac", "magic", "magiclink", "md5", "oauthverifier",
    "otp", "pass", "passcode", "passhash", "pat", "phpsessid", "pin", "psw", "pw", "samlresponse",
    "sas", "sess", "sid", "sign", "sso", "ticket", "tk", "tkn", "tok", "tokenid", "totp", "unlock",
    "userhash", "verification", "wpnonce", "xsrf",
})  # fmt: skip
# Endings of other names: `rss_token`, `client_secret`, `subscription-key`, `X-Goog-Signature`, …
_ENDINGS = (
    *("apikey", "auth", "cookie", "credential", "credentials", "hmac", "jwt", "key", "nonce", "pass"),
    *("passphrase", "passwd", "password", "pwd", "secret", "sessid", "session", "sessionid", "sig"),
    *("signature", "token", "tokens", "accesskeyid", "secretkeyid"),
)
_FILLER = re.compile(r"[-_.\[\]~$ ]")
_NUMBER = re.compile(r"(?:v|(?<!\d))\d+$")  # of a version or in a list: `token2`, `api-key-v2`, `token[0]`

_NAME = r"[\w.\-\[\]~$%]{1,80}?"
_START = r"(?:[?&;#]|\\u0026|%(?:25)*(?:3[Ff]|26|23|3[Bb]))"
_EQUALS = r"(?:=|%(?:25)*3[Dd])"
# ?name=value in a URL or without one; also percent-encoded in another URL, and as JSON and HTML escape it.
SECRET_PAIR = re.compile(
    rf"(?P<start>{_START}(?P<name>{_NAME}){_EQUALS})"
    rf"(?P<value>(?:(?![;?]{_NAME}=|%(?:25)*(?:26|3[FfBb]){_NAME}{_EQUALS})[^\s&#\"'<>\\])+)"
)
_USERINFO = re.compile(
    r"(?<=://)(?!USER:PASSWORD@)[^\s/?#\"'<>]*@|(?<=%3[Aa]%2[Ff]%2[Ff])(?:(?!%2[Ff]|%3[Ff])[^\s/?#&\"'<>])*?%40"
)
# A token in a path: only after a word that announces it, since many public feeds have ids of that length.
_PATH = re.compile(
    r"(?<=/)(?P<start>(?:private|token|secret|key|api[-_]?key|auth|access[-_]?token|session|signature)[-/=])"
    r"(?=[^/\s?#\"'<>&;]*[0-9])(?P<value>[A-Za-z0-9_~%-]{16,})",
    re.IGNORECASE,
)
# A password with an unescaped slash, quote, # or ?. In http(s), what looks like a port begins no password.
_LOOSE_USERINFO = re.compile(
    r"(?<=://)(?!USER:PASSWORD@)(?:(?<=http://)|(?<=https://)|(?<!http://)(?<!https://)(?P<other>))"
    r"[^\s/?#:@\[\"'<>]{0,100}:(?(other)|(?![0-9]{0,5}(?:[/?#\"'<>\s]|$)))"
    r"\S{0,200}?@(?:[^\s/?#\"'<>@]{0,200}@){0,3}"
)
# Connection strings of libpq and others, and arguments: password=value host=value
_KEYWORD = re.compile(
    r"(?<![\w?&;#-])(?P<start>\w{0,40}(?:password|passwd|passphrase|pwd|secret|token|api_?key)\s{0,3}=\s{0,3})"
    r"(?![\"']?(?:env|file):)(?P<value>(?P<q>[\"'])(?:(?!(?P=q))(?:\\.|[^\\\r\n]))*(?P=q)?|[^\s\"']\S*)",
    re.IGNORECASE,
)
# Header fields, and secrets under quoted names, as text, dictionaries, tuples, lists and JSON (also escaped);
# not the id of a feed or the key of a reference in a message: feed "a-token": headers.X-Key: the secret "…"
_FIELD = re.compile(
    r"(?<![\w-])(?<!\bfeed \")(?P<start>(?P<name>(?P<whole>(?:proxy-)?authorization|(?:set-)?cookie2?)"
    r"|(?:[a-z0-9]+-)+(?:tokens?|keys?|secret|signature|password|auth|session|credentials?)"
    r"|(?P<plain>\w{0,40}(?:password|passwd|passphrase|pwd|secret|token|api_?key)(?=\\?[\"']\s*+[:=])))"
    r"(?:\\?[\"'])?(?:\s*+[:=]\s*+|,\s*+\\?[\"']value\\?[\"']\s*+:\s*+|,\s*+(?=[\[(]?\s*+b?\\?[\"']))[\[(]?\s*+"
    r"(?P<quote>b?(?P<esc>\\?)(?P<q>[\"']))?)"
    r"(?!\s*+(?:env:|file:|the secret \"))(?P<value>(?(quote)(?:(?!(?P=esc)(?P=q))(?:\\.|[^\\\r\n]))+"
    r"|(?(whole)[^\r\n\"'\\]+|[^\s\"',;\\]+)))",
    re.IGNORECASE,
)
# How a message about a feed goes on behind its id: with a word, a number, a host or an address.
_SENTENCE = re.compile(
    r": (?:https?://\S+|(?:[A-Za-z]?[a-z]{1,14}(?:[-'][a-z]{1,14}){0,3}|[A-Z]{2,5}|[0-9]{1,5}"
    r"|[a-z-]+(?:\.[a-z-]+){1,4}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::[0-9]{1,5})?(?=[,.;:)]?(?:\s|$)))"
)
ID_ENDINGS = (
    *("token", "tokens", "key", "keys", "secret", "signature", "password", "auth", "session", "credential"),
    *("credentials", "passwd", "passphrase", "pwd", "api_key"),
)
_SCHEME = re.compile(
    r"\b(?P<start>(?i:Bearer|Basic|Token|Digest|ApiKey)\s+)"
    r"(?P<value>(?=\S+[0-9A-Z=])[\w.~+/=-]{8,}|[\w.~+/=-]{24,})"
)
# A text without any of these needs no further search.
_ANY_SIGN = re.compile(r"[=:/@ ,%]")
_FIELD_SIGNS = (
    *("authorization", "cookie", "-token", "-key", "-secret", "-signature", "-password", "-auth", "-session"),
    *("-credential", "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key"),
)
_PATH_SIGNS = ("/private", "/token", "/secret", "/key", "/api", "/auth", "/access", "/session", "/signature")
_SCHEME_SIGNS = ("bearer ", "basic ", "token ", "digest ", "apikey ")
_CLOSING = "),.:;]}"
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def is_secret_name(name: str) -> bool:
    """Whether a URL parameter of this name is secret, regardless of case, separators and encoding."""
    plain = _FILLER.sub("", unquote(unquote(name))).lower()
    return any(name in _NAMES or name.endswith(_ENDINGS) for name in (plain, _NUMBER.sub("", plain)))


def may_look_secret(name: str) -> bool:
    """Whether the id of a feed may be taken for the name of a secret in a message about the feed."""
    return name.lower().endswith(ID_ENDINGS)


def hide_forms(text: str, names: Collection[str] = ()) -> str:
    """Remove userinfo, secret parameters, announced path tokens and secret header fields from the text.

    Ordinary words, numbers and addresses that follow one of the `names`, ids of feeds, are left.
    """
    if not _ANY_SIGN.search(text):
        return text
    if "@" in text or "%40" in text:
        text = _LOOSE_USERINFO.sub("", _USERINFO.sub("", text))
    if "=" in text or "%3" in text or "%25" in text:
        text = SECRET_PAIR.sub(_hide_pair, text)
    low = text.lower()
    if any(sign in low for sign in _PATH_SIGNS):
        text = _PATH.sub(rf"\g<start>{HIDDEN}", text)
    if any(sign in low for sign in _FIELD_SIGNS):
        text = _hide_fields(_KEYWORD.sub(_hide_keyword, text), names)
    if any(sign in low for sign in _SCHEME_SIGNS):
        text = _SCHEME.sub(rf"\g<start>{HIDDEN}", text)
    return text


def hide_url(url: str) -> str:
    """The URL in one line without userinfo, fragment and secret parameters; never raises."""
    text = _UNPRINTABLE.sub("", url)
    head, sep, rest = text.partition("://")
    if sep:
        authority, slash, tail = _split_at(rest, "/?#")
        text = head + sep + authority.rpartition("@")[2] + slash + tail
    base, mark, query = text.partition("#")[0].partition("?")
    shown = base + mark + "&".join(_hide_value(pair) for pair in query.split("&"))
    shown = SECRET_PAIR.sub(_hide_pair, shown)  # matrix parameters and nested URLs
    return _PATH.sub(rf"\g<start>{HIDDEN}", shown)


def _hide_pair(pair: re.Match[str]) -> str:
    if not is_secret_name(pair["name"]):
        return pair[0]
    value = pair["value"]
    return f"{pair['start']}{HIDDEN}{value[len(value.rstrip(_CLOSING)) :]}"


def _hide_fields(text: str, names: Collection[str]) -> str:
    parts, copied, at = list[str](), 0, 0
    while field := _FIELD.search(text, at):
        at = field.end()
        if names and _SENTENCE.match(text, field.end("name")) and _id_before(text, field) in names:
            at = field.end("name")  # what follows may have secrets too
            continue
        parts += [text[copied : field.end("start")], HIDDEN]
        copied = at
    return "".join([*parts, text[copied:]])


def _id_before(text: str, field: re.Match[str]) -> str:
    """The id that ends with the name of a field; ids may have dots and underscores, where a name begins."""
    start = field.start("name")
    while start and (text[start - 1].isalnum() or text[start - 1] in "._-"):
        start -= 1
    return text[start : field.end("name")]


def _hide_keyword(pair: re.Match[str]) -> str:
    value = pair["value"]
    return f"{pair['start']}{HIDDEN}{'' if pair['q'] else value[len(value.rstrip(_CLOSING)) :]}"


def _hide_value(pair: str) -> str:
    key, equals, value = pair.partition("=")
    return f"{key}={HIDDEN}" if equals and value and is_secret_name(key) else pair


def _split_at(text: str, stops: str) -> tuple[str, str, str]:
    for place, letter in enumerate(text):
        if letter in stops:
            return text[:place], letter, text[place + 1 :]
    return text, "", ""
