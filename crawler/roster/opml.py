"""OPML <-> entries of sources.toml. Pure: bytes in, rows out, and back without loss.

Other readers see a title and an address (OPML 2.0, subscription lists); what only Tripoint knows travels in attributes
of a namespace of its own, so that an exported list comes back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from config import Source
from config.countries import COUNTRIES
from crawler.canonical import safe_link
from crawler.text import decode

NAMESPACE = "urn:tripoint:source"
LARGEST = 8 * 2**20  # bytes; a list of 10,000 feeds has two million
PLACES = ("feeds", "sitemaps", "sections")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
_OURS = f"{{{NAMESPACE}}}"


class OpmlError(Exception):
    """Raised when a file is no OPML that can be read, from read; `faults` has each with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class Outline:
    """One outlet of a list: the `line` it begins on, and the keys of its entry that the list tells."""

    line: int
    row: dict[str, Any] = field(default_factory=dict)


def read(body: bytes) -> list[Outline]:
    """The outlets of a list, in its order; groups are looked through, however deep. Raises OpmlError."""
    if len(body) > LARGEST:
        raise OpmlError([f"larger than {LARGEST // 2**20} MiB: no list of feeds"])
    root = _root(body)
    if etree.QName(root).localname.lower() != "opml":
        raise OpmlError([f"line {root.sourceline}: <{etree.QName(root).localname}> where <opml> should be"])
    found: dict[str, Outline] = {}
    faults: list[str] = []
    for element in root.iter():
        if not isinstance(element.tag, str) or etree.QName(element).localname.lower() != "outline":
            continue
        try:
            _take(element, found)
        except ValueError as exc:
            faults.append(f"line {element.sourceline}: {exc}")
    if faults:
        raise OpmlError(faults)
    return list(found.values())


def _root(body: bytes) -> Any:
    """The tree of a body in which nothing can be declared: an entity could grow without end, or name a file."""
    try:
        text = body.decode("utf-8-sig")  # as it stands: what looks like mojibake may be meant
    except UnicodeDecodeError:
        text = decode(body).text
    text = text.lstrip("\ufeff \t\r\n")
    declared = re.search(r"<!(?:ENTITY|DOCTYPE[^>\[]*\[)", text, re.IGNORECASE)
    if declared:
        line = text.count("\n", 0, declared.start()) + 1
        raise OpmlError([f"line {line}: declares entities, which no list of feeds needs; it is not read"])
    text = re.sub(r"^<\?xml[^>]*\?>", "", text)  # its charset is decided already; the line stays
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as exc:
        reason = exc.msg.split(", line")[0] if exc.msg else "not XML"
        raise OpmlError([f"line {exc.lineno or 1}: {reason}"]) from exc


def _take(element: Any, found: dict[str, Outline]) -> None:
    """Add an outline's address to its outlet. Raises ValueError for one that cannot be meant."""
    said = {name.lower(): value.strip() for name, value in element.attrib.items() if not name.startswith("{")}
    own = {name.removeprefix(_OURS): value for name, value in element.attrib.items() if name.startswith(_OURS)}
    # "url" alone is a link to anything, but for our own lists, whose pages are links to other readers
    address = said.get("xmlurl") or (said.get("url", "") if "id" in own else "")
    if not address and "id" not in own:
        return  # a group, or a note
    url = safe_link(address)
    if address and url is None:
        raise ValueError(f"not an http or https address: {address!r}")
    kind = own.pop("kind", "feeds")
    if kind not in PLACES:
        raise ValueError(f"no such kind of address: {kind!r} (feeds, sitemaps or sections)")
    key = own.get("id") or f"line {element.sourceline} {url}"
    if key not in found:
        found[key] = Outline(element.sourceline, _row(element, said, own))
    if address:
        found[key].row[kind] = [*found[key].row.get(kind, []), address if own.get("id") else url]


def _row(element: Any, said: Mapping[str, str], own: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for key, value in own.items():
        if key not in Source.model_fields:
            raise ValueError(f"no such key: tripoint:{key}")
        row[key] = _value(key, value)
    name = said.get("title") or said.get("text", "")
    if name:
        row.setdefault("name", " ".join(name.split())[:80])
    language = re.match(r"[A-Za-z]{2,3}\b", said.get("language", ""))
    if language:
        row.setdefault("language", language[0].lower())
    country = _group_s_country(element)
    if country:
        row.setdefault("country", country)
    host = (urlsplit(said.get("htmlurl", "")).hostname or "").removeprefix("www.")
    if host and not own:
        row["domains"] = [host]
    return row


def _group_s_country(element: Any) -> str:
    """The country whose code a group around an outline has for a name."""
    for group in element.iterancestors():
        word = (group.get("text") or group.get("title") or "").strip().upper()
        if word in COUNTRIES or word == "XX":
            return str(word)
    return ""


def _value(key: str, text: str) -> Any:
    """An attribute as the key's value: text as it is, everything else as JSON. Raises ValueError."""
    kind = Source.model_fields[key].annotation
    if kind is str or key in ("ownership", "restriction_date"):
        return date.fromisoformat(text) if key == "restriction_date" else text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ValueError(f"tripoint:{key} is not readable: {text[:40]!r}") from exc


def write(sources: Sequence[Source], title: str) -> bytes:
    """A list of all these sources, grouped by country; what `read` makes of it gives the same sources again."""
    root = etree.Element("opml", version="2.0", nsmap={"tripoint": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    groups: dict[str, Any] = {}
    for source in sources:
        if source.country not in groups:
            groups[source.country] = etree.SubElement(body, "outline", text=source.country)
        _give(groups[source.country], source)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return found


def _give(group: Any, source: Source) -> None:
    """One outline per address; the first one carries the keys, the others the id that they belong to."""
    places = [(kind, url) for kind in PLACES for url in getattr(source, kind)]
    told = source.model_dump(mode="json", exclude_defaults=True, exclude=set(PLACES))
    home = f"https://{source.domains[0]}/" if source.domains else ""
    for number, (kind, url) in enumerate(places or [("", "")]):
        title = _holdable(source.name)
        text = title if number == 0 else f"{title} ({number + 1})"
        outline = etree.SubElement(group, "outline", text=text, title=title)
        if url:
            outline.set("type", "rss" if kind == "feeds" else "link")
            outline.set("xmlUrl" if kind == "feeds" else "url", url)
        if home:
            outline.set("htmlUrl", home)
        outline.set("language", source.language)
        own: dict[str, Any] = dict(told) if number == 0 else {"id": source.id}
        own |= {"kind": kind} if kind != "feeds" and kind else {}
        for key, value in own.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            outline.set(_OURS + key, _holdable(text))


def _holdable(text: str) -> str:
    """`text` without what no XML document can hold."""
    return _NOT_XML.sub("", text)
