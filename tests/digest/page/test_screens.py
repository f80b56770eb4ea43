"""In a real browser: nothing scrolls sideways, on a phone or a desktop, with the page's styles or without them."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from digest.page.render import render
from tests.digest.page.golden import GOLDEN

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MEASURE = """
<p id="out"></p><script>
addEventListener("load", () => {
  const found = {};
  for (const f of document.querySelectorAll("iframe")) {
    const d = f.contentDocument;
    found[f.id] = [d.documentElement.scrollWidth, f.clientWidth, d.documentElement.scrollHeight];
  }
  document.getElementById("out").textContent = JSON.stringify(found);
});
</script>"""


def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: the widths of the page were not measured")
    return found


def frame(name: str, page: str, width: int) -> str:
    size = f'width="{width}" height="800" frameborder="0"'
    return f'<iframe id="{name} {width}" {size} srcdoc="{html.escape(page)}"></iframe>'


def measured(tmp_path: Path, frames: list[str]) -> dict[str, list[int]]:
    path = tmp_path / "measure.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{''.join(frames)}{MEASURE}", encoding="utf-8")
    command = [
        browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    answer = re.search(r'<p id="out">(\{.*?\})</p>', done.stdout)
    assert answer, done.stderr[-2000:]
    return dict(json.loads(html.unescape(answer[1])))


def test_nothing_scrolls_sideways_with_or_without_styles(tmp_path: Path) -> None:
    frames = []
    for name, make in GOLDEN.items():
        page = render(make(), public_url="https://tripoint.example", postal_address="1 Example Street").html
        bare = re.sub(r"<style.*?</style>", "", page, flags=re.S)
        frames += [frame(name, page, 375), frame(name, page, 640), frame(f"{name}, no styles", bare, 375)]
    found = measured(tmp_path, frames)
    assert len(found) == len(frames)
    assert {name: wide for name, (wide, room, _) in found.items() if wide > room} == {}
