"""Chromium, where it is: what a page measures, and what it looks like."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--virtual-time-budget=20000",
)  # fmt: skip
DARK = "--blink-settings=preferredColorScheme=0"
# The families that our stacks end in; the pictures depend on them, and so are compared only where these are.
PINNED = ("Noto Sans CJK SC", "Liberation Serif", "Liberation Sans")

# For each frame: its width, the room it has, its height; and of every text the poorest contrast with its ground.
MEASURE = """
<p id="out"></p><script>
const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
const line = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const light = c => { const l = c.slice(0, 3).map(v => line(v / 255));
  return .2126 * l[0] + .7152 * l[1] + .0722 * l[2]; };
function ground(e, view) {
  for (; e; e = e.parentElement) { const c = rgb(view.getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c; }
  return [255, 255, 255];
}
function poorest(d, view) {
  let worst = [99, ""];
  const walk = d.createTreeWalker(d.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.replace(/[\\s\\u00a0]/g, "") || !e.offsetParent) continue;
    const [a, b] = [light(rgb(view.getComputedStyle(e).color)), light(ground(e, view))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, n.data.trim().slice(0, 40)];
  }
  return worst;
}
addEventListener("load", () => setTimeout(() => {
  const found = {};
  for (const f of document.querySelectorAll("iframe")) {
    const d = f.contentDocument, r = d.documentElement;
    let smallest = 99;
    const size = e => parseFloat(f.contentWindow.getComputedStyle(e).fontSize);
    for (const e of d.querySelectorAll("p,td,th,h1,h2,h3,a"))
      if (e.textContent.replace(/[\\s\\u00a0]/g, "")) smallest = Math.min(smallest, size(e));
    found[f.id] = {wide: r.scrollWidth, room: f.clientWidth, high: r.scrollHeight,
      contrast: poorest(d, f.contentWindow), smallest, ran: document.body.dataset.ran || ""};
  }
  document.getElementById("out").textContent = JSON.stringify(found);
}, 200));
</script>"""


@dataclass(frozen=True, slots=True)
class Frame:
    """A page in a window of its own. `height` matters for pictures only."""

    id: str
    page: str
    width: int
    height: int = 800

    @property
    def tag(self) -> str:
        size = f'width="{self.width}" height="{self.height}" style="border:0;display:block;float:left"'
        return f'<iframe id="{html.escape(self.id)}" {size} srcdoc="{html.escape(self.page)}"></iframe>'


def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: the page was not looked at (apt-get install chromium)")
    return found


def fonts() -> None:
    """Skips the test where a pinned font is missing."""
    there = shutil.which("fc-list")
    known = subprocess.run([there, ":", "family"], capture_output=True, text=True, check=True).stdout if there else ""
    missing = [family for family in PINNED if family not in known]
    if missing:
        pytest.skip(f"no {', '.join(missing)} here: pictures were not compared (apt-get install fonts-noto-cjk)")


def _run(folder: Path, body: str, *flags: str) -> str:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body style='margin:0'>{body}", encoding="utf-8")
    command = [browser(), *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, path.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=folder).stdout


def measured(folder: Path, frames: list[Frame], *flags: str) -> dict[str, dict[str, Any]]:
    answer = re.search(
        r'<p id="out">(\{.*?\})</p>', _run(folder, "".join(f.tag for f in frames) + MEASURE, "--dump-dom", *flags)
    )
    assert answer, "Chromium measured nothing"
    return dict(json.loads(html.unescape(answer[1])))


def pictured(folder: Path, frames: list[Frame], *flags: str) -> list[Image.Image]:
    """Each frame as a picture, all taken in one go, side by side."""
    width, height = sum(f.width for f in frames), max(f.height for f in frames)
    shot = folder / "shot.png"
    _run(folder, "".join(f.tag for f in frames), f"--window-size={width},{height}", f"--screenshot={shot}", *flags)
    whole = Image.open(BytesIO(shot.read_bytes())).convert("RGB")
    scale, at = round(whole.width / width, 1), 0  # more than 1 where a flag asks for a sharper screen
    pictures = []
    for f in frames:
        box = (at, 0, at + f.width, f.height)
        pictures.append(whole.crop(tuple(round(edge * scale) for edge in box)))  # type: ignore[arg-type]
        at += f.width
    return pictures
