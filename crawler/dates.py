"""Which instant did they mean? Pure: no clock; a missing zone is the source's.

Feeds write RFC 822, ISO 8601, epoch numbers, Russian and Chinese; feedparser reads CST as US Central (14 hours off for
China), MSK as UTC, and Chinese dates as the first of the next month. So the raw text is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OLDEST = timedelta(days=30)  # a stated date is believed this far back from when we first saw the entry

# Minutes from UTC. Ambiguous abbreviations (CST, IST, BST) are settled by the source's own zone first.
_ABBREVIATIONS = {
    "UTC": 0, "UT": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MET": 60, "MEST": 120,
    "BST": 60, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "МСК": 180, "SAMT": 240, "YEKT": 300, "NOVT": 420,
    "VLAT": 600, "TRT": 180, "IRST": 210, "GST": 240, "PKT": 300, "IST": 330, "ICT": 420, "WIB": 420, "BJT": 480,
    "HKT": 480, "SGT": 480, "AWST": 480, "PHT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "AST": -240, "BRT": -180, "ART": -180, "ET": -300, "PT": -480,
}  # fmt: skip
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "июн": 6, "июл": 7, "авг": 8, "сен": 9,
    "окт": 10, "ноя": 11, "дек": 12,
    # the other languages of the outlets that a digest on three countries is likely to read
    "ene": 1, "fév": 2, "fev": 2, "mär": 3, "mrz": 3, "abr": 4, "avr": 4, "mai": 5, "juin": 6, "juil": 7, "ago": 8,
    "aoû": 8, "set": 9, "out": 10, "okt": 10, "dez": 12, "dic": 12, "déc": 12,
}  # fmt: skip
_CLOCK = r"(?:[T\s,]+(?:at\s+|в\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([aApP]\.?[mM]\.?)?)?"
_ZONE = r"\s*\(?(Z|[+-]\d{1,2}:?\d{2}|[+-]\d{2}|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|[A-ZМСК]{2,4}\b)?"
_ISO = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z|[+-]\d{4})?$")
_DAY_FIRST = re.compile(
    r"^(?:[^\W\d]{2,12}\.?,?\s+)?(\d{1,2})[\s-]+([^\W\d]{3,9})\.?,?[\s-]+(\d{4}|\d{2})(?!\d)(?:\s*г(?:ода|\.)?)?,?"
    + _CLOCK
    + _ZONE
)
_MONTH_FIRST = re.compile(
    rf"^(?:[^\W\d]{{2,12}}\.?,?\s+)?([^\W\d]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}),?{_CLOCK}{_ZONE}"
)
_CTIME = re.compile(
    r"^[A-Za-z]{3}\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{2}):(\d{2}):(\d{2})\s+(?:([A-Z]{3,4})\s+)?(\d{4})$"
)
_CHINESE = re.compile(
    r"^(?:[^\d]{0,12})(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?(?:\s*(?:星期|周|週)\S)?"
    r"(?:\s*(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})\s*[:：时時点點]\s*(\d{1,2})?\s*(?:[:：分]\s*(\d{1,2})?)?)?"
)  # fmt: skip
_DOTTED = re.compile(rf"^(\d{{1,2}})([./])(\d{{1,2}})\2(\d{{4}}),?{_CLOCK}{_ZONE}")
# CGTN, RIA and others put the hour first: "10:22, 24-Nov-2026", "10:22 24.11.2026"
_HOUR_FIRST = re.compile(
    r"^(\d{1,2}:\d{2}(?::\d{2})?)(\s*[aApP]\.?[mM]\.?)?,?\s+(?:on\s+)?([^\d:(]{0,24}\d[^:(]{5,30}?)\s*(?:\(.*)?$"
)
_CAPTION = re.compile(r"^[^\d:：]{3,24}[:：]\s*(?=\S*\d|[^\W\d]{3,9}\.?\s\d)")  # "Published: ", "发布时间："
_EPOCH = re.compile(r"^\d{9,13}(?:\.\d+)?$")


LABELS_LIE = "!"  # before a zone's name: stamps are read in it whatever zone they name themselves
_LABEL = re.compile(
    r"(\d:\d\d(?:[.,]\d+)?)\s*\(?(?:Z|[+-]\d\d?:?\d\d|[+-]\d\d|(?:UTC|GMT)[+-]\d{1,2}(?::?\d\d)?|(?![AaPp]M\b)[A-ZМСК]{2,5})\)?$"
)


def zoneless(raw: str) -> bool:
    """Whether a stamp tells an hour and no zone: what instant it means depends on where it was written."""
    text = " ".join(raw.split())[:80]
    return bool(re.search(r"\d:\d\d", text)) and _LABEL.search(text) is None


def parse(raw: str, *, zone: str = "UTC") -> datetime | None:
    """The aware UTC instant that `raw` states, or None if it states none.

    `zone` is the source's time zone ("!Europe/Moscow" where stamps are in it whatever zone they name): for stamps
    without one, and for abbreviations that several zones share (CST in a Chinese source is China Standard Time).
    Impossible days (30 February), years that have not four digits and zones beyond 14 hours give None; a leap second
    is the second before. `05/10/2026` is 5 October unless `zone` is American.
    """
    text = " ".join(raw.split())[:80] if raw else ""
    if not text:
        return None
    if zone.startswith(LABELS_LIE):
        zone, text = zone[1:], _LABEL.sub(r"\1", text)
    return _read(text, zone) or _read(_plainer(text), zone)


def _plainer(text: str) -> str:
    """The stamp without a caption, and with its hour after its day; "" where it has neither."""
    plainer = _HOUR_FIRST.sub(r"\3 \1\2", bare := _CAPTION.sub("", text))
    return plainer if bare != text or plainer != text else ""


def _read(text: str, zone: str) -> datetime | None:
    home = _home(zone)
    for read in _READERS:
        try:
            found = read(text, home)
        except (ValueError, OverflowError, OSError):
            continue
        if found is not None:
            return found
    return None


def effective(parsed: datetime | None, first_seen: datetime) -> datetime:
    """The instant to sort and date by: `parsed` held within [first_seen - 30 d, first_seen]; first_seen where none."""
    if parsed is None:
        return first_seen
    return min(max(parsed, first_seen - OLDEST), first_seen)


def _home(zone: str) -> tzinfo:
    try:
        return ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _build(
    year: int, month: int, day: int, clock: tuple[str | None, ...], mark: str | None, zone: str | None, home: tzinfo
) -> datetime:
    """Put the parts together. Raises ValueError for what no calendar holds."""
    hour, minute, second = (int(part or 0) for part in clock)
    if mark:
        hour = hour % 12 + (12 if mark[0] in "pP下晚" else 0)
    naive = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001  (the zone follows)
    return naive.replace(tzinfo=_offset(zone, naive, home)).astimezone(UTC)


def _offset(zone: str | None, naive: datetime, home: tzinfo) -> tzinfo:
    name = (zone or "").strip().removeprefix("UTC").removeprefix("GMT") if zone not in ("UTC", "GMT") else "UTC"
    if not name:
        return home
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 14 or minutes > 59:
            raise ValueError("no such offset")
        return timezone((1 if name[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    if naive.replace(tzinfo=home).tzname() == name:
        return home
    return timezone(timedelta(minutes=_ABBREVIATIONS[name])) if name in _ABBREVIATIONS else home


def _month(name: str) -> int:
    month = _MONTHS.get(name[:4].lower()) or _MONTHS.get(name[:3].lower())
    if month is None:
        raise ValueError("no such month")
    return month


def _iso(text: str, home: tzinfo) -> datetime | None:
    if not (found := _ISO.match(text)):
        return None
    year, month, day, hour, minute, second, mark, zone = found.groups()
    return _build(int(year), int(month), int(day), (hour, minute, second), mark, zone, home)


def _compact(text: str, home: tzinfo) -> datetime | None:
    if not (found := _COMPACT.match(text)) or not 1900 <= int(found[1]) <= 2200:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    return _build(int(year), int(month), int(day), (hour, minute, second), None, zone, home)


def _day_first(text: str, home: tzinfo) -> datetime | None:
    if not (found := _DAY_FIRST.match(text)):
        return None
    day, name, year, hour, minute, second, mark, zone = found.groups()
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)  # RFC 2822 section 4.3
    return _build(full, _month(name), int(day), (hour, minute, second), mark, zone, home)


def _month_first(text: str, home: tzinfo) -> datetime | None:
    if not (found := _MONTH_FIRST.match(text)):
        return None
    name, day, year, hour, minute, second, mark, zone = found.groups()
    return _build(int(year), _month(name), int(day), (hour, minute, second), mark, zone, home)


def _ctime(text: str, home: tzinfo) -> datetime | None:
    if not (found := _CTIME.match(text)):
        return None
    name, day, hour, minute, second, zone, year = found.groups()
    return _build(int(year), _month(name), int(day), (hour, minute, second), None, zone, home)


def _chinese(text: str, home: tzinfo) -> datetime | None:
    if not (found := _CHINESE.match(text)):
        return None
    year, month, day, part, hour, minute, second = found.groups()
    mark = part if part in ("下午", "晚上") or (part in ("上午", "凌晨") and hour == "12") else None
    return _build(int(year), int(month), int(day), (hour, minute, second), mark, None, home)


def _dotted(text: str, home: tzinfo) -> datetime | None:
    if not (found := _DOTTED.match(text)):
        return None
    first, sign, second_part, year, hour, minute, second, mark, zone = found.groups()
    day, month = int(first), int(second_part)
    american = sign == "/" and str(home).startswith(("America/", "US/"))
    if (american and month <= 31 and day <= 12) or month > 12:
        day, month = month, day
    return _build(int(year), month, day, (hour, minute, second), mark, zone, home)


def _epoch(text: str, home: tzinfo) -> datetime | None:
    """Seconds, or milliseconds where seconds would lie beyond the year 5000."""
    if not _EPOCH.match(text):
        return None
    value = float(text)
    return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC).replace(microsecond=0)


_READERS: tuple[Callable[[str, tzinfo], datetime | None], ...] = (
    _iso, _compact, _day_first, _month_first, _ctime, _chinese, _dotted, _epoch,
)  # fmt: skip
