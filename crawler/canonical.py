"""URL -> identity. Pure.

`canonical` is an article's identity: two addresses of one page give one string. It is not always the address to fetch
or print (the host may not answer without "www", or only over http); that one is `safe_link`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

LONGEST = 2048  # characters of an address that is fetched or printed

# Parameters that say where the reader came from, never which page it is.
_TRACKING = frozenset(
    [
        "fbclid",
        "gclid",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "ysclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "__hstc",
        "__hssc",
        "__hsfp",
        "hsctatracking",
        "ref",
        "ref_src",
        "ref_url",
        "referrer",
        "referer",
        "source",
        "src",
        "cmp",
        "cmpid",
        "cmp_id",
        "cid",
        "ncid",
        "icid",
        "ito",
        "xtor",
        "at_medium",
        "at_campaign",
        "at_custom1",
        "at_custom2",
        "at_custom3",
        "at_custom4",
        "at_link_id",
        "at_link_type",
        "at_link_origin",
        "at_ptr_name",
        "at_format",
        "at_bbc_team",
        "smid",
        "smtyp",
        "partner",
        "ocid",
        "nr_email_referer",
        "emc",
        "echobox",
        "sh",
        "share",
        "shared",
        "from_rss",
        "rss",
        "ftag",
        "spm",
        "wt_mc",
        "wt.mc_id",
        "wt.z_mc",
        "pk_campaign",
        "pk_kwd",
        "pk_source",
        "pk_medium",
        "mtm_campaign",
        "mtm_source",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "soc_src",
        "soc_trk",
        "traffic_source",
        "feature",
        "fb_action_ids",
        "fb_action_types",
        "fb_source",
        "outputtype",
        "amp",
        "amp_js_v",
        "amp_gsa",
        "usqp",
        "nocache",
        "cache",
    ]
)
_TRACKING_PREFIX = ("utm_", "hsa_", "mtm_", "pk_", "at_", "stm_", "itm_", "vero_", "oly_", "trk_")
# Some sites address their pages with a parameter of a tracker's name (?cid=123): keep these when they are the only key
# to the page, that is on a script's address.
_AMBIGUOUS = frozenset(
    {"cid", "source", "src", "ref", "sh", "share", "cache", "feature", "rss", "cmp", "partner", "from"}
)
_SCRIPT_PATH = re.compile(
    r"(?:\.(?:php|aspx?|jsp|cgi|do|shtml?)|/(?:node|item|article|story|news|view|watch)?)$", re.IGNORECASE
)
_HOST = re.compile(r"^[a-z0-9._-]+$")
_VARIANT = re.compile(r"^(?:www\d?|m|mobile|amp|wap|touch)\.(?=[^.]+\.[^.]+)")
_AMP_PATH = re.compile(r"(?:/amp|\.amp|/amp\.html|\.amp\.html)$|^/amp(?=/.)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|shtml)$", re.IGNORECASE)
_AMP_CACHE = re.compile(
    r"^https?://(?:www\.google\.[a-z.]+/amp/(s/)?|[^/]+\.cdn\.ampproject\.org/[a-z]/(s/)?)(.+)$", re.IGNORECASE
)
# Control characters inside an address, raw or escaped, are a disguise; bidi and zero-width characters too
_HIDDEN = re.compile(
    "%(?:0[0-9A-Da-d]|1[0-9A-Fa-f]|7[Ff])|[\x00-\x1f\x7f-\x9f\\\\\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
# Nine addresses in ten: nothing to join, to encode, to fold or to refuse
_PLAIN = re.compile(r"https?://[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,3}/[A-Za-z0-9/:@!$'()*+,=~._-]*")


def safe_link(url: str, base: str = "") -> str | None:
    """The address as it may be fetched or printed, joined to `base` and without a fragment, or None.

    None: not http(s), no host, user info, a backslash, control or bidi character inside, a port outside 1-65535, over
    2,048 characters. International hosts come back as punycode. Whether the address is private is the door's question.
    """
    text = (url or "").strip(" \t\r\n\f")
    if len(text) <= LONGEST and _PLAIN.fullmatch(text):
        return text
    if not text or len(text) > LONGEST or _HIDDEN.search(text):
        return None
    try:
        parts = urlsplit(urljoin(base, text) if base else text)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or port == 0:
        return None
    netloc = f"{host}:{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else host
    path, query = _escaped(parts.path or "/"), _escaped(parts.query, "/?[]|")
    whole = urlunsplit(SplitResult(parts.scheme, netloc, path, query, ""))
    return whole if len(whole) <= LONGEST else None


@lru_cache(maxsize=4096)  # a document's addresses are asked for two or three times on their way
def canonical(url: str, base: str = "") -> str | None:
    """The identity of the page at `url`, or None where `safe_link` gives none.

    Folded: scheme, www and mobile hosts, AMP variants and caches, a trailing slash, index files, tracking parameters,
    their order, the fragment, percent-encoding of plain characters. Idempotent.
    """
    link = safe_link(url, base)
    if link is None:
        return None
    if cached := _AMP_CACHE.match(link):
        inner = safe_link(("https://" if cached[1] or cached[2] else "http://") + cached[3])
        link = inner or link
    parts = urlsplit(link)
    host = parts.netloc
    while (bare := _VARIANT.sub("", host)) != host:
        host = bare
    path = re.sub(r"/{2,}", "/", parts.path)
    while (bare := _INDEX.sub("", _AMP_PATH.sub("", path.rstrip("/")))) != path:
        path = bare
    return f"https://{host}{path or '/'}" + _kept(parts.query, path)


def host_of(url: str) -> str:
    """The host of an address, lower case, without "www." ("" if there is none)."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _kept(query: str, path: str) -> str:
    if not query:
        return ""
    pairs = [pair for pair in query.split("&") if pair]
    kept = [pair for pair in pairs if not _tracks(pair, path)]
    return "?" + "&".join(sorted(kept)) if kept else ""


def _tracks(pair: str, path: str) -> bool:
    name = pair.partition("=")[0].lower()
    if name.startswith(_TRACKING_PREFIX):
        return True
    if name in _AMBIGUOUS and pair.partition("=")[2].isdigit() and _SCRIPT_PATH.search(path or "/"):
        return False
    return name in _TRACKING


def _ascii_host(host: str) -> str:
    """The host in lower case and punycode. Raises ValueError for one that no registry gives."""
    if ":" in host:  # IPv6: brackets were taken off by urlsplit, which has checked the address
        if "%" in host:
            raise ValueError("a zone index has no meaning outside its machine")
        return f"[{host.lower()}]"
    labels = host.rstrip(".").lower().split(".")
    ascii_labels = [label if label.isascii() else label.encode("idna").decode("ascii") for label in labels]
    name = ".".join(ascii_labels)
    if not _HOST.match(name) or len(name) > 253 or not all(ascii_labels):
        raise ValueError(f"not a host: {host!r}")
    return name


def _escaped(part: str, more: str = "") -> str:
    """Percent-encoding made uniform: plain characters as themselves, everything else as upper-case %XX of UTF-8."""
    if not part:
        return ""
    pieces = re.split(r"(%[0-9a-fA-F]{2})", part)
    return "".join(_piece(piece, more) for piece in pieces)


def _piece(piece: str, more: str) -> str:
    if len(piece) == 3 and piece[0] == "%":
        char = unquote(piece, "latin-1")
        return char if char.isascii() and (char.isalnum() or char in "-._~") else piece.upper()
    return quote(piece, safe=_SAFE_PATH + more)
