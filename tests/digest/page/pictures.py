"""`make pictures`: docs/images, shot anew by Chromium. The daily issue is the demo's, the others the tests'."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from demo.demo import run
from digest.page.render import render
from tests.digest.page.chromium import DARK, Frame, pictured
from tests.digest.page.golden import GOLDEN

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "images"
WIDE, PHONE = (640, 1900), (375, 1733)  # pixels: as far as a reader looks before scrolling on
SHARP = "--force-device-scale-factor=1.5"
WHOLE = "--run-all-compositor-stages-before-draw"  # else a busy machine leaves a tile unpainted


def main() -> None:
    """Write all six."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        run(out / "demo", once=True, port=0, echo=click.echo)
        daily = (out / "demo" / "issue.html").read_text(encoding="utf-8")
        told = {name: render(GOLDEN[name](), public_url="https://tripoint.example").html
                for name in ("weekly", "russian", "chinese")}  # fmt: skip
        shots = {"light": (daily, WIDE, ()), "dark": (daily, WIDE, (DARK,)), "phone": (daily, PHONE, (SHARP,))}
        shots |= {name: (page, WIDE, ()) for name, page in told.items()}
        for name, (page, (width, height), flags) in shots.items():
            (picture,) = pictured(out, [Frame(name, page, width, height)], WHOLE, *flags)
            picture.save(FOLDER / f"issue-{name}.png", optimize=True)
            click.echo(FOLDER / f"issue-{name}.png")


if __name__ == "__main__":
    main()
