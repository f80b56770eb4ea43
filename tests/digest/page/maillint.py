"""Will 13 mail clients show this HTML? caniemail's facts, with its "partial" notes settled by context.

Linters that judge by feature alone can never pass a mail with a media query; here a note such as "padding only on
table cells" is resolved by looking at the element. The facts are hteumeuleu/caniemail, MIT, (c) 2019 Rémi Parmentier.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2
from lxml import html as lxml_html

CLIENTS = (
    "gmail.desktop-webmail",
    "gmail.ios",
    "gmail.android",
    "apple-mail.macos",
    "apple-mail.ios",
    "outlook.windows",
    "outlook.outlook-com",
    "outlook.macos",
    "outlook.ios",
    "outlook.android",
    "yahoo.desktop-webmail",
    "yahoo.ios",
    "yahoo.android",
)
CELL = {"td", "th"}
BUDGET = 90_000
STYLE_LIMIT = 16_000  # Gmail drops a longer <style> whole

Use = tuple[Any, str, str]  # element, property, value


def _narrow_border(value: str) -> bool:
    return all(float(x) <= 8 for x in re.findall(r"([\d.]+)px", value))


def _plain_margin(element: Any, value: str) -> bool:
    negative = re.search(r"(?<![\w.])-\d", value)
    return (
        not negative
        and "auto" not in value
        and element.tag != "span"
        and (element.tag != "body" or value in ("0", "0px"))
    )


# feature -> does this use stay inside what the notes on partial support allow?
ALLOWED: dict[str, Callable[[Any, str, str], bool]] = {
    "css-padding": lambda e, p, v: e.tag in CELL or v == "0",
    "css-margin": lambda e, p, v: _plain_margin(e, v),
    "css-max-width": lambda e, p, v: e.tag == "table",
    "css-width": lambda e, p, v: e.tag in CELL | {"table", "body"},
    "css-height": lambda e, p, v: e.tag in CELL | {"table", "tr"},
    "css-display": lambda e, p, v: v in ("none", "block", "inline", "inline-block"),
    "css-display-none": lambda e, p, v: e.tag != "img" and not e.findall(".//table"),
    "css-letter-spacing": lambda e, p, v: v.endswith("px") and abs(float(v[:-2])) <= 2,
    "css-line-height": lambda e, p, v: v.endswith("px"),
    "css-text-transform": lambda e, p, v: v != "lowercase",
    "css-border": lambda e, p, v: e.tag in CELL | {"table"} and _narrow_border(v),
    "css-font-size": lambda e, p, v: v.endswith("px"),
    "css-text-decoration": lambda e, p, v: v in ("none", "underline"),
    "css-vertical-align": lambda e, p, v: e.tag in CELL,
    "css-text-align": lambda e, p, v: v in ("left", "right", "center"),
    "html-lang": lambda e, p, v: e.tag not in CELL,
    "html-role": lambda e, p, v: e.tag == "table",
    "html-body": lambda e, p, v: True,  # its colours are repeated on the outer table
    "html-width": lambda e, p, v: e.tag in CELL | {"table", "img"},
    "html-align": lambda e, p, v: e.tag in CELL | {"table"},
    "html-comments": lambda e, p, v: True,
}
ATTRIBUTES = {
    "lang",
    "role",
    "align",
    "valign",
    "width",
    "height",
    "cellpadding",
    "cellspacing",
    "background",
    "dir",
    "hidden",
    "target",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-describedby",
}
TAGS = {
    "h1": "html-h1-h6",
    "h2": "html-h1-h6",
    "h3": "html-h1-h6",
    "p": "html-p",
    "div": "html-div",
    "span": "html-span",
    "table": "html-table",
    "body": "html-body",
    "b": "html-strong",
    "img": "html-img",
    "ul": "html-lists",
    **dict.fromkeys(
        ("article", "aside", "main", "nav", "section", "header", "footer", "details", "time"), "html-semantics"
    ),
}
FORBIDDEN = {"script", "form", "link", "iframe", "object", "base", "img", "svg", "video", "input", "button"}
# Additions only: the mail must read well where these are ignored.
ENHANCEMENTS = {
    "css-at-media",
    "css-at-media-prefers-color-scheme",
    "css-selector-attribute",
    "css-selector-class",
    "css-selector-descendant",
    "css-selector-type",
    "css-important",
    "html-meta-color-scheme",
    "html-style",
}
NO_DATA_NEEDED = {"color", "font-family", "font-style"}


@cache
def facts() -> dict[str, Any]:
    content = json.loads(Path(__file__).with_name("caniemail.json").read_text(encoding="utf-8"))
    return dict(content["features"])


def _declarations(element: Any) -> Iterator[tuple[str, str, bool]]:
    style = element.get("style") or ""
    for d in tinycss2.parse_declaration_list(style, skip_whitespace=True, skip_comments=True):
        if d.type != "declaration":
            yield "error", element.tag, False
        elif not d.lower_name.startswith(("mso-", "-ms-", "-webkit-")):
            yield d.lower_name, tinycss2.serialize(d.value).strip(), d.important


def _feature(name: str, value: str) -> str:
    base = name
    for family in ("padding", "margin", "border"):
        if name.startswith(f"{family}-") and name not in ("border-collapse", "border-radius", "border-spacing"):
            base = family
    return "css-display-none" if base == "display" and value == "none" else f"css-{base}"


def _uses(document: Any) -> tuple[list[tuple[str, Use]], list[str]]:
    """Every feature used, with its place; and faults that need no table of facts."""
    used: list[tuple[str, Use]] = []
    faults: list[str] = []
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in FORBIDDEN:
            faults.append(f"forbidden <{element.tag}>")
        data = element.find("./tr/th") is not None or element.find("./tbody/tr/th") is not None
        if element.tag == "table" and not data and element.get("role") != "presentation":
            faults.append("layout table without role=presentation")
        if element.tag == "th" and element.get("scope") not in ("row", "col"):
            faults.append("a heading of a table without scope")
        if element.tag == "a" and not re.match(r"https?://|mailto:", element.get("href", "")):
            faults.append(f"bad href {element.get('href')}")
        if element.tag in TAGS:
            used.append((TAGS[element.tag], (element, "", element.tag)))
        used += [(f"html-{a}", (element, a, element.get(a))) for a in sorted(ATTRIBUTES & set(element.attrib))]
        for name, value, important in _declarations(element):
            if important or name == "error":
                faults.append("!important inline" if important else f"css error in <{value}>")
            feature = _feature(name, value)
            if feature in facts():
                used.append((feature, (element, name, value)))
            elif name not in NO_DATA_NEEDED:
                faults.append(f"no data for css property {name}")
            size = re.search(r"([\d.]+px)/([\d.]+px)", value) if name == "font" else None
            if size:
                used += [("css-font-size", (element, name, size[1])), ("css-line-height", (element, name, size[2]))]
    return used, faults


def _unsupported(feature: str, use: Use) -> Iterator[str]:
    """The clients that would get this use wrong."""
    element, _, _ = use
    for client in CLIENTS:
        verdict = facts()[feature]["stats"].get(client, "u")
        if verdict[0] in "yu" or feature in ENHANCEMENTS or feature == "html-body":
            continue
        if feature == "css-height" and client.startswith("yahoo") and element.tag == "td":
            continue  # becomes min-height: harmless on a cell of 4 px
        allowed = ALLOWED.get(feature)
        if verdict[0] != "a" or allowed is None or not allowed(*use):
            yield client


def lint(html: str, budget: int = BUDGET) -> list[str]:
    """The faults of one mail, each once; an empty list is a pass."""
    document = lxml_html.document_fromstring(html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8"))
    used, faults = _uses(document)
    for feature, use in used:
        if feature in facts():
            faults += [
                f"{feature} on <{use[0].tag}> {use[1]}:{use[2]} in {client}" for client in _unsupported(feature, use)
            ]
    styles = "".join(style.text or "" for style in document.iter("style"))
    if len(styles.encode()) > STYLE_LIMIT:
        faults.append("style over 16 KB")
    if re.search(r"[^ ]!important", styles):
        faults.append("!important without a space before it")
    if len(html.encode()) > budget:
        faults.append(f"{len(html.encode())} bytes, over {budget}")
    if not document.get("lang"):
        faults.append("no lang")
    if document.find(".//title") is None:
        faults.append("no title")
    return sorted(set(faults))
