"""In a real browser: nothing scrolls sideways, everything can be read, what is mailed looks as it was designed."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from digest.page.press import built_in
from digest.page.render import Edition, context, fit, inlined, markup, reachable, render
from digest.post.message import Copy, Masthead, plate, press
from tests.digest.page.chromium import DARK, Frame, browser, fonts, measured, pictured
from tests.digest.page.golden import GOLDEN
from tests.digest.page.hostile import HOSTILE, hostile
from tests.digest.paper import CLOSES

PUBLIC, POSTAL = "https://tripoint.example", "1 Example Street"
CHANGED = 0.005  # of the pixels
TALL = 3000  # pixels of each page that are compared: masthead, a story in each form; the short issues whole
# What runs in a page marks the body of the page around it.
CANARY = '<img src=x onerror="parent.document.body.dataset.ran=1"><script>parent.document.body.dataset.ran=1</script>'


@cache
def page_of(name: str) -> str:
    return render(GOLDEN[name](), public_url=PUBLIC, postal_address=POSTAL).html


def frames() -> list[Frame]:
    found = []
    for name in GOLDEN:
        bare = re.sub(r"<style.*?</style>", "", page_of(name), flags=re.S)
        found += [Frame(f"{name} {width}", page_of(name), width) for width in (375, 640)]
        found.append(Frame(f"{name}, no styles", bare, 375))
    return found


def test_nothing_scrolls_sideways_and_all_can_be_read_in_light(tmp_path: Path) -> None:
    hostiles = [Frame(f"hostile {n}", render(hostile(text), public_url=PUBLIC).html, 375)
                for n, text in enumerate((*HOSTILE, CANARY))]  # fmt: skip
    found = measured(tmp_path, frames() + hostiles)
    assert len(found) == len(frames()) + len(hostiles)
    assert {id: m["wide"] for id, m in found.items() if m["wide"] > m["room"]} == {}
    assert {id: m["contrast"] for id, m in found.items() if m["contrast"][0] < 4.5} == {}
    assert {id for id, m in found.items() if m["ran"]} == set()
    assert {id: m["smallest"] for id, m in found.items() if m["smallest"] < 12} == {}


def test_all_can_be_read_in_the_dark(tmp_path: Path) -> None:
    dark = measured(tmp_path, [f for f in frames() if "styles" not in f.id], DARK)
    assert {id: m["contrast"] for id, m in dark.items() if m["contrast"][0] < 4.5} == {}
    assert {id: m["wide"] for id, m in dark.items() if m["wide"] > m["room"]} == {}


def test_the_canary_sings_where_markup_is_not_escaped(tmp_path: Path) -> None:
    assert measured(tmp_path, [Frame("x", CANARY, 375)])["x"]["ran"]


def delivered(name: str) -> tuple[str, str]:
    """The page as designed, before its styles went into its tags; and as a reader's program takes it from the mail."""
    edition = Edition(reachable(PUBLIC), POSTAL, built_in())
    issue, page = fit(GOLDEN[name](), public_url=PUBLIC, postal_address=POSTAL)
    designed = markup(issue, context(issue, edition.base), edition)
    assert inlined(designed, issue, edition.press) == page.html
    head = Masthead("Tripoint <paper@tripoint.example>", "Tripoint", "daily", PUBLIC)
    sent = press(plate(page, head, CLOSES), Copy("id", "ann@x.example", "token", "added by hand"))
    mail = message_from_bytes(sent, policy=policy.default)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for slot, value in (("@@TRIPOINT-LEAVE-URL@@", "#"), ("@@TRIPOINT-LISTED@@", "added by hand")):
        designed = designed.replace(slot, value)
    return designed, html


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_mailed_looks_as_it_was_designed(tmp_path: Path, scheme: str) -> None:
    browser()
    fonts()
    flags = [DARK] if scheme == "dark" else []
    names = list(GOLDEN)
    for group in (names[:4], names[4:8], names[8:]):
        pairs = [
            (name, width, *(Frame(f"{name} {width} {n}", page, width, TALL) for n, page in enumerate(delivered(name))))
            for name in group
            for width in (640, 375)
        ]
        pictures = iter(pictured(tmp_path, [frame for _, _, *both in pairs for frame in both], *flags))
        for name, width, *_ in pairs:
            base, mailed = np.asarray(next(pictures)), np.asarray(next(pictures))
            changed = float((base != mailed).any(axis=2).mean())
            assert changed <= CHANGED, f"{name} at {width} px in {scheme}: {changed:.2%} of the pixels differ"
            assert base.std() > 5, "nothing was drawn"
