"""The words of an English edition, for the HTML, the text and the web alike. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from digest.issue.issue import Issue, Item, Key, Outlet, Telling, Unread, Update

LANGUAGE = "en"  # of every sentence here; an edition in another language still quotes in its own
NAMES = {"US": "Washington", "RU": "Moscow", "CN": "Beijing"}
STATES = {"US": "United States", "RU": "Russia", "CN": "China"}
PEOPLE = {"US": "American", "RU": "Russian", "CN": "Chinese"}
FULL = {"US": "●", "RU": "■", "CN": "◆"}
HOLLOW = {"US": "○", "RU": "□", "CN": "◇"}
UNKNOWN = "?"  # neither full nor hollow: nothing may be concluded
OWNERSHIP = {"exiled": "in exile"}  # the others are called by their own names
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
TITLES: dict[Key, tuple[str, str]] = {
    "all": ("Told by all three", "One event, three tellings."),
    "two": ("Two capitals, one silence", "No report was found on the third side, where enough sources were read."),
    "two-open": ("Two capitals, the third not known", "Whether the third side is silent could not be measured."),
    "one": ("Told on one side only", "No report was found on the other two sides."),
    "one-open": ("Told on one side, the rest not known", "Whether the other sides are silent could not be measured."),
    "brief": ("Briefly", ""),
}
REASONS = {
    "stale": "nothing new",
    "not asked": "not asked",
    "blocked": "blocks us",
    "robots": "closed by robots.txt",
    "timeout": "no answer in time",
    "dns": "address not found",
    "empty": "an empty feed",
    "not a feed": "no feed at its address",
    "truncated": "a broken feed",
    "too large": "too large a feed",
    "refused": "refused",
    "error": "no connection",
}


def day(value: date) -> str:
    """ "24 November"."""
    return f"{value.day} {MONTHS[value.month - 1]}"


def long_date(value: date) -> str:
    """ "Tuesday 24 November 2026"."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)} {value.year}"


def short_date(value: date) -> str:
    """ "24 Nov"."""
    return f"{value.day} {MONTHS[value.month - 1][:3]}"


def clock(at: datetime, today: date) -> str:
    """ "04:12"; before the issue's date with the weekday, "Mon 23:10"; before that week with the date. UTC."""
    if at.date() == today:
        return f"{at:%H:%M}"
    near = timedelta(0) < today - at.date() < timedelta(days=6)
    return f"{WEEKDAYS[at.weekday()][:3] if near else short_date(at.date())} {at:%H:%M}"


def count(n: int, one: str, many: str = "") -> str:
    """ "1 story", "2 stories"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def ownership(outlet: Outlet) -> str:
    """ "state", "private"; an exiled outlet says whose: "Russian, in exile"."""
    word = OWNERSHIP.get(outlet.ownership, outlet.ownership)
    return f"{PEOPLE[outlet.country]}, {word}" if outlet.ownership == "exiled" and outlet.country in PEOPLE else word


def place(outlet: Outlet) -> str:
    """ "Washington, private"; outside the three sides only the ownership."""
    return f"{NAMES[outlet.side]}, {ownership(outlet)}" if outlet.side else ownership(outlet)


def about(edges: Sequence[str]) -> str:
    """What a story is about: "China – Russia", all three as "China · Russia · United States"."""
    if len(edges) >= 3:
        return "China · Russia · United States"
    return ", ".join(" – ".join(STATES[code] for code in edge.split("-")) for edge in edges)


def glyph(telling: Telling) -> str:
    """The side's mark: full when it spoke, hollow when measured silent, a question mark when not known."""
    if telling.spoke:
        return FULL[telling.side]
    return HOLLOW[telling.side] if telling.state == "silent" else UNKNOWN


def reach(telling: Telling) -> str:
    """ "5 outlets, 1 text by Bay Wire": reprints told apart from reports of one's own. "" where each has its own."""
    if telling.texts == telling.outlets:
        return ""
    if telling.texts == 0:
        return f"{count(telling.outlets, 'outlet')}, no report of {'its' if telling.outlets == 1 else 'their'} own"
    if telling.texts == 1:
        return f"{telling.outlets} outlets, 1 text{' by ' + telling.agency if telling.agency else ''}"
    return f"{telling.outlets} outlets, {telling.texts} independent reports"


def quiet(telling: Telling) -> str:
    """What a side without a report is said to be, with the number of sources that this rests on."""
    n, read = telling.watched, telling.read
    if telling.state == "silent":
        return f"No report found; {f'all {n}' if read == n else f'{read} of the {n}'} outlets we watch there were read."
    if telling.state == "earlier":
        return f"Told in an earlier issue, by {count(telling.outlets, 'outlet')}; nothing new since."
    if telling.reason == "possible match":
        return "Not known: an item there may tell this story and could not be checked."
    if telling.reason == "not asked":
        return "Not known: it was not looked into."
    if n == 0:
        return "Not known: no outlet is watched there."
    return (
        f"Not known: only {read} of the {count(n, 'outlet')} we watch there {'was' if read == 1 else 'were'} read well."
    )


def quiet_sides(tellings: Sequence[Telling]) -> str:
    """The sides that did not tell it: "No report found in Moscow (7 of 7 read) or Beijing (6 of 7 read)"."""
    silent = [f"{NAMES[t.side]} ({t.read} of {t.watched} read)" for t in tellings if t.state == "silent"]
    parts = [f"No report found in {' or '.join(silent)}."] if silent else []
    for t in tellings:
        if t.state == "unknown":
            read = f"{t.read} of {t.watched} read"
            why = {"possible match": "an item could not be checked", "not asked": "not looked into"}.get(t.reason, read)
            parts.append(f"{NAMES[t.side]} is not known ({why}).")
    return " ".join(parts)


def update(value: Update) -> str:
    """ "Update: 3 new reports since 23 November; Beijing now tells it too"."""
    text = f"{count(value.reports, 'new report')} since the issue of {day(value.since)}"
    if value.sides:
        names = listed([NAMES[side] for side in value.sides])
        text += f"; {names} now {'tells' if len(value.sides) == 1 else 'tell'} it too"
    return text


def unread(value: Unread) -> str:
    """Why a source is not among those read: "nothing new since 12 November", "HTTP 503"."""
    reason = REASONS.get(value.reason, value.reason.replace("http", "HTTP"))
    return f"{reason} since {day(value.since.date())}" if value.since else reason


def warnings(issue: Issue) -> list[str]:
    """What stands on top of an issue for which one side could not be read."""
    lines = []
    for side in issue.readings.sides:
        if side.measurable:
            continue
        if side.watched == 0:
            lines.append(f"{NAMES[side.side]}: no outlet is watched there.")
        else:
            were = "was" if side.read == 1 else "were"
            lines.append(f"{NAMES[side.side]}: {side.read} of {count(side.watched, 'outlet')} {were} read well.")
    return lines


def minutes(issue: Issue) -> int:
    """Reading time: 200 words a minute; two Chinese characters weigh as one word."""
    words = sum(_weight(item) for item in issue.printed())
    return max(1, round(words / 200))


def _weight(item: Item) -> float:
    texts = [item.headline.title, item.summary, *item.headline.mentions]
    for telling in item.tellings:
        texts += [telling.report.title, *telling.report.mentions] if telling.report else []
    joined = " ".join(texts)
    wide = sum(1 for char in joined if "\u3000" <= char <= "\u9fff")
    return len(joined.split()) + wide / 2
