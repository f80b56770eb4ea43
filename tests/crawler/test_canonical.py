"""Two addresses of one page are one identity; an address that could hurt is none."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crawler.canonical
from crawler.canonical import canonical, safe_link
from tests.crawler.hostile import BAD_LINKS


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.outlet.example/news/a-title/",
        "https://outlet.example/news/a-title",
        "https://outlet.example/news/a-title?utm_source=rss&utm_medium=feed#comments",
        "https://m.outlet.example/news/a-title?fbclid=1",
        "https://amp.outlet.example/news/a-title",
        "https://outlet.example/news/a-title/amp/",
        "https://outlet.example/news/a-title?amp=1",
        "https://outlet.example/amp/news/a-title",
        "https://outlet.example//news/a-title/index.html",
        "https://OUTLET.example:443/news/a%2Dtitle",
        "https://outlet-example.cdn.ampproject.org/c/s/outlet.example/news/a-title",
        "https://www.google.com/amp/s/outlet.example/news/a-title",
    ],
)
def test_variants_of_one_page_are_one_identity(variant: str) -> None:
    assert canonical(variant) == "https://outlet.example/news/a-title"


def test_what_names_the_page_is_kept() -> None:
    assert (
        canonical("https://outlet.example/show.php?source=7&id=12&utm_id=3")
        == "https://outlet.example/show.php?id=12&source=7"
    )
    assert canonical("https://outlet.example/s?b=2&a=1") == canonical("https://outlet.example/s?a=1&b=2")
    assert canonical("https://outlet.example/News/A") != canonical("https://outlet.example/news/a")
    assert canonical("https://m.com/x") == "https://m.com/x"


def test_names_in_other_scripts_are_spelt_one_way() -> None:
    assert safe_link("https://例子.测试/新闻?q=俄") == "https://xn--fsqu00a.xn--0zwm56d/%E6%96%B0%E9%97%BB?q=%E4%BF%84"
    assert safe_link("https://сnn.example/") == "https://xn--nn-nmc.example/"


@pytest.mark.parametrize("link", BAD_LINKS, ids=[repr(link[:30]) for link in BAD_LINKS])
def test_a_link_that_could_hurt_is_none(link: str) -> None:
    assert safe_link(link, "https://outlet.example/feed") is None
    assert canonical(link, "https://outlet.example/feed") is None


def test_relative_links_count_from_their_base() -> None:
    assert safe_link("/a b", "https://outlet.example/feed/x") == "https://outlet.example/a%20b"
    assert safe_link("//other.example/x", "https://outlet.example/") == "https://other.example/x"
    assert safe_link("/a") is None


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_identity_is_stable(path: str) -> None:
    once = canonical("https://outlet.example/" + path)
    if once is not None:
        assert canonical(once) == once
        link = safe_link(once)
        assert link is not None and link.isascii() and link.startswith("https://")


_NEVER = re.compile("(?!)")
_PIECES = ["http://", "https://", "a.example", "www.a-b.example", "1.2.3.4", "-", "..", "/", "//", "/../b", "Ab_c~"]
_PIECES += ["%2F", ":80", ":443", ":8080", "?q=1", "#x", ";v", "&", "=", "é", " ", "@", "[::1]", "A.EX", "\\", ".html"]


@given(st.lists(st.sampled_from(_PIECES), max_size=6).map("".join), st.sampled_from(["", "http://base.example/x/y"]))
def test_the_short_way_for_plain_addresses_gives_what_the_long_one_does(url: str, base: str) -> None:
    for whole in (url, f"https://www.a.example/{url}"):
        short = safe_link(whole, base)
        with patch.object(crawler.canonical, "_PLAIN", _NEVER):
            assert short == safe_link(whole, base)
