"""Templates of the operator's own, over the built-in ones. A broken one falls back; it never costs an issue.

Each file of the folder is tried alone on a specimen: within a time, a size and what this paper promises (both slots of
the footer, nothing loaded, no form, no script). One that fails stays out; the others are used.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, PackageLoader
from lxml import html as lxml_html

from digest.issue.issue import Issue
from digest.page import render
from digest.page.press import Press
from digest.page.specimen import specimen
from store.records import LEAVE_SLOT, LISTED_SLOT, Page

log = logging.getLogger("tripoint.page")

SECONDS = 10.0  # for one page; watched, the built-in templates take half of one on a slow core
LARGEST = 64 * 1024  # bytes of one template; the largest built-in one has 8 KB
FORBIDDEN = ("script", "form", "link", "iframe", "object", "embed", "base", "img", "svg", "video", "audio", "input")
_LOADS = re.compile(r"url\(|@import|@font-face", re.IGNORECASE)
PUBLIC = "https://tripoint.example"


class Overlong(RuntimeError):
    """Raised when a template takes longer than it may, from inside it."""


class Promise(ValueError):
    """Raised when a page lacks what this paper promises, from check."""


# What a template of somebody's own may raise; MemoryError and RecursionError are its doing too.
BROKEN = (*render.POISON, Overlong, OSError, MemoryError, RecursionError)


@dataclass(frozen=True, slots=True)
class Fault:
    """A template that is not used, and why."""

    name: str
    reason: str


def names() -> tuple[str, ...]:
    """The templates that can be overridden."""
    return tuple(sorted(p.name for p in (files("digest.page") / "templates").iterdir() if p.name.endswith(".j2")))


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises Overlong inside a template that runs on after `seconds`, whether it prints anything or not."""
    end, before = time.monotonic() + seconds, sys.gettrace()

    def line(frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        if time.monotonic() > end:
            raise Overlong(f"took longer than {seconds:g} seconds")
        return line

    def call(frame: FrameType, event: str, arg: Any) -> Callable[..., Any] | None:
        # Compiled templates only: jinja gives this name to the code of one that has no file, as in a DictLoader.
        return line(frame, event, arg) if frame.f_code.co_filename == "<template>" else None

    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(before)


def check(page: Page) -> None:
    """Raises Promise where a page cannot be sent or is not what was promised."""
    for part in (page.html, page.text):
        if part.count(LEAVE_SLOT) != 1 or part.count(LISTED_SLOT) != 1:
            raise Promise("the way to leave, or how the reader came to be listed, is missing or stands twice")
    if len(page.html.encode()) > render.HARD:
        raise Promise(f"{len(page.html.encode())} bytes of HTML, over {render.HARD}")
    document = lxml_html.document_fromstring(page.html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    for element in document.iter():
        if element.tag in FORBIDDEN:
            raise Promise(f"a <{element.tag}>")
        if any(name.startswith("on") or name in ("src", "background") for name in element.attrib):
            raise Promise(f"an attribute of <{element.tag}> that loads or runs something")
        if _LOADS.search(element.get("style") or "") or (element.tag == "style" and _LOADS.search(element.text or "")):
            raise Promise("a style that loads something")


def _read(folder: Path) -> tuple[dict[str, str], list[Fault]]:
    found: dict[str, str] = {}
    faults: list[Fault] = []
    if not folder.is_dir():
        return {}, [Fault(str(folder), "is no folder")]
    for path in sorted(folder.glob("*.j2")):
        try:
            if path.name not in names():
                raise Promise(f"no template has this name; there are {', '.join(names())}")
            if path.stat().st_size > LARGEST:
                raise Promise(f"{path.stat().st_size} bytes, over {LARGEST}")
            found[path.name] = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as exc:
            faults.append(Fault(path.name, str(exc)))
    return found, faults


def press_of(sources: dict[str, str]) -> Press:
    """The built-in templates with `sources` over them, sandboxed: a template may be somebody else's."""
    loaders: list[BaseLoader] = [DictLoader(sources), PackageLoader("digest.page")]
    return Press.of(ChoiceLoader(loaders), sandboxed=True)


def _fit(issue: Issue, press: Press, public_url: str, postal_address: str) -> tuple[Issue, Page]:
    """As `render.fit`, watched. Raises one of BROKEN."""
    with deadline(SECONDS):
        fitted, page = render.fit(issue, public_url=public_url, postal_address=postal_address, press=press)
    check(page)
    return fitted, page


def _try(sources: dict[str, str]) -> Press:
    """The press of `sources`, tried on the specimen. Raises one of BROKEN."""
    press = press_of(sources)
    if _fit(specimen(), press, PUBLIC, "1 Example Street")[0].dropped:
        raise Promise("a story cannot be rendered with it")
    return press


def _said(exc: BaseException) -> str:
    line = f", line {exc.lineno}" if isinstance(getattr(exc, "lineno", None), int) else ""  # type: ignore[attr-defined]
    return f"{type(exc).__name__}{line}: {exc}"


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of the folder does."""
    return tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(folder.glob("*.j2")))


@lru_cache(maxsize=8)
def _tried(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[Press | None, tuple[Fault, ...]]:
    """The press with what can be used of the folder, None where nothing can; and the faults of the rest."""
    found, faults = _read(folder)
    try:
        return (_try(found) if found else None), tuple(faults)
    except BROKEN as exc:
        if len(found) == 1:
            return None, (*faults, Fault(next(iter(found)), _said(exc)))
    good: dict[str, str] = {}
    for name, source in found.items():
        try:
            _try({name: source})
        except BROKEN as exc:
            faults.append(Fault(name, _said(exc)))
        else:
            good[name] = source
    return _together(good, faults), tuple(faults)


def _together(good: dict[str, str], faults: list[Fault]) -> Press | None:
    """Templates that each work alone may not work together: then none of them is used."""
    try:
        return _try(good) if good else None
    except BROKEN as exc:
        faults.append(Fault(", ".join(good), f"not together: {_said(exc)}"))
        return None


def _usable(folder: Path) -> tuple[Press | None, tuple[Fault, ...]]:
    try:
        stamp = _stamp(folder)
    except OSError:
        stamp = ()
    return _tried(folder, stamp)


def faults(folder: Path) -> tuple[Fault, ...]:
    """The templates in `folder` that are not used, each with its reason. For `status` and `check`."""
    return _usable(folder)[1]


def fit(issue: Issue, *, public_url: str, postal_address: str = "", folder: Path | None = None) -> tuple[Issue, Page]:
    """As `render.fit`, in the operator's templates where they can be used, else in the built-in ones."""
    built_in = render.fit(issue, public_url=public_url, postal_address=postal_address)
    if folder is None:
        return built_in
    press, bad = _usable(folder)
    for fault in bad:
        log.warning("template %s in %s is not used: %s", fault.name, folder, fault.reason)
    if press is None:
        return built_in
    try:
        fitted, page = _fit(issue, press, public_url, postal_address)
        if fitted.dropped > built_in[0].dropped:
            raise Promise("a story cannot be rendered with them")
    except BROKEN as exc:
        log.warning("the templates in %s are not used for this issue: %s", folder, _said(exc))
        return built_in
    return fitted, page
