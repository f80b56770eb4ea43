"""A small invented issue that has one of everything: what an operator's template is tried on before it is used."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from digest.issue.issue import (
    Contrast,
    DayCount,
    Earlier,
    Issue,
    Item,
    Outlet,
    Readings,
    Report,
    Section,
    SideHealth,
    Telling,
    Unread,
    Update,
    Usage,
    Wording,
)

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
WIRE = Outlet("wire", "Quayside Wire", "US", "en", "nonprofit")
COURIER = Outlet("courier", "Полярный курьер", "RU", "ru", "state")
RIVER = Outlet("river", "远山日报", "CN", "zh", "state")
FJORD = Outlet("fjord", "Nordavisen", "NO", "en", "public")


def _report(n: int, title: str, language: str, outlet: Outlet) -> Report:
    return Report(n, title, language, f"https://{outlet.id}.example/{n}", AT, outlet, ("railways",), translation="")


def _item(story: int, tellings: tuple[Telling, ...], **more: object) -> Item:
    values: dict[str, object] = {
        "story": story,
        "headline": _report(story, "A bridge passes its load test", "en", WIRE),
        "summary": "Six locomotives stood on the central span. Freight is to cross in January.",
        "edges": ("CN-RU",),
        "tellings": tellings,
        "elsewhere": (_report(story + 50, "Bridge tested", "en", FJORD),),
        "elsewhere_outlets": 2,
        "outlet_ids": ("courier", "fjord", "river", "wire"),
        "texts": 2,
        "first": AT,
        "latest": AT,
        "articles": (story,),
    }
    return Item(**{**values, **more})  # type: ignore[arg-type]


def _told(side: str, report: Report) -> Telling:
    return Telling(side, "told", report, outlets=3, texts=1, agency="Quayside Wire", read=7, watched=7, lead="It held.")


@cache
def specimen() -> Issue:
    """Each section, each state of a side, each field that may be empty and here is not."""
    here, there, yonder = (
        _told("US", _report(1, "Rail bridge holds", "en", WIRE)),
        _told("RU", _report(2, "Мост выдержал", "ru", COURIER)),
        _told("CN", _report(3, "大桥通过试验", "zh", RIVER)),
    )
    silent = Telling("CN", "silent", read=6, watched=7)
    unknown = Telling("CN", "unknown", read=1, watched=7, reason="unread")
    usage = Usage("RU", "a test", "…на ", "испытаниях", " моста…", _report(2, "Мост", "ru", COURIER), True)
    full = _item(
        1,
        (here, there, yonder),
        update=Update(date(2026, 11, 23), 2, ("CN",), ("railways",)),
        pinned=True,
        follows=Earlier(9, "Мост строят", "ru", date(2026, 11, 20)),
        terms=(Contrast("pair", "the test", (usage,)),),
        summary_kind="written",
        summary_by="a-model",
        summary_from=(WIRE, COURIER),
    )
    earlier = Telling("US", "earlier", outlets=1, texts=1, read=7, watched=7)
    sections = (
        Section("all", (full,)),
        Section("two", (_item(2, (here, there, silent)),)),
        Section("two-open", (_item(3, (earlier, there, unknown)),)),
        Section("one", (_item(4, (here, Telling("RU", "silent", read=7, watched=7), silent), summary=""),)),
        Section("brief", (_item(5, (here, there, yonder), summary=""),), (_item(6, (here, there, yonder)),)),
    )
    sides = tuple(SideHealth(side, 7, 7 - n, n < 2) for n, side in enumerate(("US", "RU", "CN")))
    readings = Readings(21, 18, sides, (Unread(RIVER, "timeout"), Unread(FJORD, "stale", AT)))
    return Issue(
        edition="daily",
        title="Tripoint",
        language="en",
        slot="daily 07:00 UTC",
        timezone="UTC",
        local_date=DAY,
        number=7,
        closes=AT,
        early=False,
        sections=sections,
        readings=readings,
        articles=12,
        wording=(Wording("summary", "a-model", 3, 1, 1, 1),),
        frequency="weekly",
        days=(DayCount(DAY, (3, 2, 1, 0)),),
    )
