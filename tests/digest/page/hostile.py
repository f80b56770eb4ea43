"""Text and addresses that mean harm, and issues that hold them in every field that comes from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from digest.issue.issue import Issue, from_json, to_json
from digest.issue.plain import plain
from digest.issue.tellings import Label
from digest.page.specimen import specimen
from tests.digest.paper import Day

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='https://evil.example'><input name=password type=password></form>",
    "<style>*{display:none}</style>hidden",
    '<p style="background:url(https://evil.example/t.gif)">x</p>',
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<div><table><tr><td><b><a href='https://evil.example'>" * 5,
    "</td></tr></table></div></body></html><h1>outside</h1>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<!--> <img src=x onerror=alert(1)> -->",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{n} {headline.__class__} {0} {}",
    "%(n)s %s %d",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "]]><script>alert(1)</script><![CDATA[",
    "a\r\nBcc: victim@example.com\r\n\r\nbody",
    "News\u0085Bcc: v@example.com",
    "News\u2028Bcc: v@example.com",
    "News\u000bX\u000cY\x00Z",
    "=?utf-8?q?x=0D=0ABcc:_victim@example.com?=",
    "Breaking \u202etxet desrever\u202c \u2066x",
    "Z" + "\u0301\u0302\u0303" * 500,
    "\u200b\u200d\ufeff" * 300 + "x",
    "🇨🇳🇷🇺🇺🇸" * 20,
    "x\ud800y",
    '"Bank" <office@bank.example>, x',
    "W" * 5000,
    "' onmouseover='alert(1)",
    "@@TRIPOINT-LEAVE-URL@@ @@TRIPOINT-LISTED@@",
    "javascript:alert(1)",
)
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "https://cnn.com@evil.example/",
    "https:\\\\evil.example\\@cnn.com/",
    "https://outlet.example/\u202egpj.exe",
    "https://outlet.example/a\nBcc: victim@example.com",
    "//evil.example/x",
    "/only/a/path",
    "",
    'https://outlet.example/"><script>alert(1)</script>',
    "http://outlet.example:99999/",
    "http://[::1/",
    "gopher://127.0.0.1:25/_MAIL",
    "https://outlet.example/#" + "x" * 5000,
)
# What decides where something stands, or is no text: everything else may be anything.
STRUCTURE = {
    *("side", "state", "key", "url", "slot", "timezone", "local_date", "closes", "published", "since", "told", "day"),
    *(
        "first",
        "latest",
        "frequency",
        "summary_kind",
        "job",
        "language",
        "id",
        "edition",
        "edges",
        "outlet_ids",
        "sides",
    ),
}


def hostile(text: str) -> Issue:
    """An issue that was composed from articles with `text` in every field of theirs."""
    day = Day()
    day.sources = {
        id: replace(s, name=f"{s.name}{text}", language=text[:10], ownership="state") for id, s in day.sources.items()
    }
    for name in ("Harbor Wire", "Polar Courier", "Fjordposten"):
        full = next(s.name for s in day.sources.values() if s.name.startswith(name))
        day.tell(
            1,
            full,
            f"Title {text}",
            text=f"Sentence {text} here. Another.",
            concepts=("x",),
            language="en",
            credits=text,
            role="rewrite" if name == "Fjordposten" else "own",
        )
    day.failed = {s.name: text for s in list(day.sources.values())[4:6]}
    return day.issue(labels={"x": Label(0, text)})


def hostile_throughout(text: str, language: str) -> Issue:
    """An issue of every field there is, each text of it with `text` in it, as `compose` would let it in."""

    def tainted(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: tainted(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [tainted(inner, key) for inner in value]
        wanted = isinstance(value, str) and key not in STRUCTURE
        return plain(f"{value or 'x'} {text}", 200) if wanted else value

    issue = from_json(tainted(to_json(specimen())))
    return replace(issue, language=language)


def misleading(address: str) -> Issue:
    """An issue of two stories, one of which leads to `address`."""
    day = Day()
    day.tell(1, "Harbor Wire", "Bad", url=address or " ", text="A sentence stands here for the summary.")
    day.tell(2, "Potomac Ledger", "Good", text="Another sentence stands here for the summary.")
    return day.issue()
