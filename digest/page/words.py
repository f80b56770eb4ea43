"""The words of the page, in its three languages, for the HTML, the text and the web alike. Pure.

Every function takes the tongue last; without one it speaks English, as the command line and the operator's pages do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from digest.issue.issue import Issue, Item, Key, Outlet, SideHealth, Telling, Unread, Update
from digest.page.tongue import ENGLISH, Tongue

LANGUAGE = "en"  # of the operator's pages and the command line
FULL = {"US": "●", "RU": "■", "CN": "◆"}
HOLLOW = {"US": "○", "RU": "□", "CN": "◇"}
NAMED_MISSED = 2  # outlets for whose sake a side is not known; the others are a number
UNKNOWN = "?"  # neither full nor hollow: nothing may be concluded


@cache
def names(t: Tongue = ENGLISH) -> Mapping[str, str]:
    """The capitals."""
    return {"US": t.say("Washington"), "RU": t.say("Moscow"), "CN": t.say("Beijing")}


@cache
def titles(t: Tongue = ENGLISH) -> Mapping[Key, tuple[str, str]]:
    """What each section is called, and the line beneath."""
    return {
        "all": (t.say("Told by all three"), t.say("One event, three tellings.")),
        "two": (
            t.say("Two capitals, one silence"),
            t.say("No report was found on the third side, where enough sources were read."),
        ),
        "two-open": (
            t.say("Two capitals, the third not known"),
            t.say("Whether the third side is silent could not be measured."),
        ),
        "one": (t.say("Told on one side only"), t.say("No report was found on the other two sides.")),
        "one-open": (
            t.say("Told on one side, the rest not known"),
            t.say("Whether the other sides are silent could not be measured."),
        ),
        "brief": (t.say("Briefly"), ""),
    }


NAMES, TITLES = names(), titles()


def day(value: date, t: Tongue = ENGLISH) -> str:
    """ "24 November"."""
    return t.date(value, "day")


def long_date(value: date, t: Tongue = ENGLISH) -> str:
    """ "Tuesday 24 November 2026"; it begins a line, and so with a capital."""
    text = t.date(value)
    return text[0].upper() + text[1:]


def clock(at: datetime, today: date, t: Tongue = ENGLISH) -> str:
    """ "04:12"; before the issue's date with the weekday, "Mon 23:10"; before that week with the date. UTC."""
    if at.date() == today:
        return f"{at:%H:%M}"
    near = timedelta(0) < today - at.date() < timedelta(days=6)
    return f"{t.date(at.date(), 'weekday' if near else 'short')} {at:%H:%M}"


def count(n: int, one: str, many: str = "") -> str:
    """ "1 story", "2 stories": for the operator's English."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def outlets(n: int, t: Tongue = ENGLISH) -> str:
    return t.many("{n} outlet", "{n} outlets", n)


def more_outlets(n: int, t: Tongue = ENGLISH) -> str:
    """After the outlets that are named."""
    return t.many("{n} more", "{n} more", n)


@cache
def _ownerships(t: Tongue) -> Mapping[str, str]:
    return {
        "state": t.say("state"),
        "private": t.say("private"),
        "public": t.say("public"),
        "nonprofit": t.say("nonprofit"),
        "government": t.say("government"),
    }


@cache
def _exiles(t: Tongue) -> Mapping[str, str]:
    return {
        "US": t.say("American, in exile"),
        "RU": t.say("Russian, in exile"),
        "CN": t.say("Chinese, in exile"),
    }


def ownership(outlet: Outlet, t: Tongue = ENGLISH) -> str:
    """ "state", "private"; an exiled outlet says whose: "Russian, in exile"."""
    if outlet.ownership == "exiled":
        return _exiles(t).get(outlet.country, t.say("in exile"))
    return _ownerships(t).get(outlet.ownership, outlet.ownership)


def place(outlet: Outlet, t: Tongue = ENGLISH) -> str:
    """ "Washington, private"; outside the three sides only the ownership."""
    owner = ownership(outlet, t)
    return f"{names(t)[outlet.side]}{t.pause}{owner}" if outlet.side else owner


@cache
def _edges(t: Tongue) -> Mapping[str, str]:
    return {
        "CN-RU": t.say("China – Russia"),
        "RU-US": t.say("Russia – United States"),
        "CN-US": t.say("China – United States"),
    }


def about(edges: Sequence[str], t: Tongue = ENGLISH) -> str:
    """What a story is about: "China – Russia", all three as "China · Russia · United States"."""
    if len(edges) >= 3:
        return t.say("China · Russia · United States")
    return t.comma.join(_edges(t).get(edge, edge) for edge in edges)


def glyph(telling: Telling) -> str:
    """The side's mark: full when it spoke, hollow when measured silent, a question mark when not known."""
    if telling.spoke:
        return FULL[telling.side]
    return HOLLOW[telling.side] if telling.state == "silent" else UNKNOWN


def reach(telling: Telling, t: Tongue = ENGLISH, *, owners: bool = False) -> str:
    """ "5 outlets, 1 text by Bay Wire": reprints told apart from reports of one's own; "" where each has its own.

    With `owners`, whose they are: "5 outlets (3 state, 2 private)".
    """
    n, texts = telling.outlets, telling.texts
    owned = mix(telling, t) if owners else ""
    who = outlets(n, t) + (t.brackets(owned) if owned else "")
    if texts == n:
        return who if owned else ""
    if texts == 0:
        own = t.many("no report of its own", "no report of their own", n)
    elif texts == 1:
        own = t.say("1 text by {agency}", agency=telling.agency) if telling.agency else t.say("1 text")
    else:
        own = independent(texts, t)
    return f"{who}{t.pause}{own}"


def mix(telling: Telling, t: Tongue = ENGLISH) -> str:
    """ "4 state, 2 private": who stands behind a side's outlets; "" of one outlet."""
    if sum(n for _, n in telling.mix) < 2:
        return ""
    return t.comma.join(
        t.say("{n} {ownership}", n=n, ownership=_ownerships(t).get(kind, kind)) for kind, n in telling.mix
    )


def independent(n: int, t: Tongue = ENGLISH) -> str:
    return t.many("{n} independent report", "{n} independent reports", n)


def quiet(telling: Telling, t: Tongue = ENGLISH) -> str:
    """What a side without a report is said to be, with the number of sources that this rests on."""
    n, read = telling.watched, telling.read
    if telling.state == "silent" and read == n:
        return t.many(
            "No report found; the one outlet we watch there was read.",
            "No report found; all {n} outlets we watch there were read.",
            n,
        )
    if telling.state == "silent":
        return t.many(
            "No report found; {read} of the {n} outlet we watch there was read.",
            "No report found; {read} of the {n} outlets we watch there were read.",
            n,
            read=read,
        )
    if telling.state == "earlier":
        return t.many(
            "Told before, by {n} outlet; nothing new since.",
            "Told before, by {n} outlets; nothing new since.",
            telling.outlets,
        )
    return _not_known(telling, t)


def _not_known(telling: Telling, t: Tongue) -> str:
    if telling.reason == "alone":
        return t.say("Not known: there is only one independent report of it so far.")
    if telling.reason == "possible match":
        return t.say("Not known: an item there may tell this story and could not be checked.")
    if telling.reason == "not asked":
        return t.say("Not known: it was not looked into.")
    if telling.reason == "older":
        return t.say("Not known: it is older than the headlines that are kept.")
    if telling.reason == "missed":
        return t.many(
            "Not known: {outlets} may have told it and was not read well.",
            "Not known: {outlets} may have told it and were not read well.",
            len(telling.missed),
            outlets=_some(telling.missed, t),
        )
    if telling.watched == 0:
        return t.say("Not known: no outlet is watched there.")
    return t.many(
        "Not known: only {read} of the {n} outlet we watch there was read well.",
        "Not known: only {read} of the {n} outlets we watch there were read well.",
        telling.watched,
        read=telling.read,
    )


def _some(names: Sequence[str], t: Tongue) -> str:
    """The first few of `names`, and how many more there are."""
    more = len(names) - NAMED_MISSED
    return t.listed([*names[:NAMED_MISSED], *([more_outlets(more, t)] if more > 0 else [])])


def quiet_sides(tellings: Sequence[Telling], t: Tongue = ENGLISH) -> str:
    """The sides that did not tell it: "No report found in Moscow (7 of 7 read) or Beijing (6 of 7 read)"."""

    def read(x: Telling) -> str:
        return t.say("{read} of {watched} read", read=x.read, watched=x.watched)

    silent = [names(t)[x.side] + t.brackets(read(x)) for x in tellings if x.state == "silent"]
    parts = [t.say("No report found in {sides}.", sides=t.either(silent))] if silent else []
    unknown: dict[str, list[str]] = {}
    for x in tellings:
        if x.state == "unknown":
            unknown.setdefault(_why(x, t) or read(x), []).append(names(t)[x.side])
    for why, sides in unknown.items():
        parts.append(t.say("Not known: {sides}{why}.", sides=t.listed(sides), why=t.brackets(why)))
    return ("" if t.language == "zh" else " ").join(parts)


def _why(telling: Telling, t: Tongue) -> str:
    """Why a side is not known, in brackets after its name; "" where too few were read."""
    reasons = {
        "alone": t.say("only one report so far"),
        "possible match": t.say("an item could not be checked"),
        "not asked": t.say("not looked into"),
        "older": t.say("begun too long ago"),
    }
    if telling.reason == "missed":
        return t.say("not read well: {outlets}", outlets=_some(telling.missed, t))
    return reasons.get(telling.reason, "")


def update(value: Update, t: Tongue = ENGLISH) -> str:
    """ "2 new reports since the issue of 23 November, with rare earths; Beijing now tells it too"."""
    parts = []
    if value.reports:
        parts.append(
            t.many(
                "{n} new report since the issue of {day}",
                "{n} new reports since the issue of {day}",
                value.reports,
                day=day(value.since, t),
            )
        )
    if value.facts:
        parts.append(t.say("new in it: {facts}", facts=t.comma.join(value.facts)))
    if value.sides:
        sides = t.listed([names(t)[side] for side in value.sides])
        parts.append(t.many("{sides} now tells it too", "{sides} now tell it too", len(value.sides), sides=sides))
    return ("；" if t.language == "zh" else "; ").join(parts)


@cache
def _reasons(t: Tongue) -> Mapping[str, str]:
    return {
        "not asked": t.say("not asked"),
        "blocked": t.say("blocks us"),
        "robots": t.say("closed by robots.txt"),
        "timeout": t.say("no answer in time"),
        "dns": t.say("address not found"),
        "empty": t.say("an empty feed"),
        "not a feed": t.say("no feed at its address"),
        "truncated": t.say("a broken feed"),
        "too large": t.say("too large a feed"),
        "refused": t.say("refused"),
        "error": t.say("no connection"),
    }


def unread(value: Unread, today: date, t: Tongue = ENGLISH) -> str:
    """Why a source is not among those read: "nothing new since 12 November", of another year with it, "HTTP 503"."""
    if value.reason == "stale":
        if value.since is None:
            return t.say("nothing new")
        since = value.since.date()
        return t.say("nothing new since {day}", day=t.date(since, "day" if since.year == today.year else "dated"))
    return _reasons(t).get(value.reason) or value.reason.replace("http", "HTTP")


def too_few(issue: Issue) -> list[SideHealth]:
    """The sides of which so little was read that nothing is known; where one outlet is missing, its row says so."""
    return [side for side in issue.readings.sides if not side.measurable and not side.missed]


def warnings(issue: Issue, t: Tongue = ENGLISH) -> list[str]:
    """What stands on top of an issue for which one side could not be read."""
    lines = []
    for side in too_few(issue):
        name = names(t)[side.side]
        if side.watched == 0:
            lines.append(t.say("{side}: no outlet is watched there.", side=name))
        else:
            lines.append(
                t.many(
                    "{side}: {read} of {n} outlet was read well.",
                    "{side}: {read} of {n} outlets were read well.",
                    side.watched,
                    side=name,
                    read=side.read,
                )
            )
    return lines


def listing(how: str, when: date, t: Tongue = ENGLISH) -> str:
    """ "added by the operator on 3 March 2026"; an operator's own words stay as they are."""
    known = {
        "added by the operator": t.say("added by the operator"),
        "added by the operator for this test alone": t.say("added by the operator for this test alone"),
        "added by the demo": t.say("added by the demo"),
    }
    return t.say("{how} on {day}", how=known.get(how, how), day=t.date(when, "dated"))


def minutes(issue: Issue) -> int:
    """Reading time: 200 words a minute; two Chinese characters weigh as one word."""
    words = sum(_weight(item) for item in issue.printed())
    return max(1, round(words / 200))


def _weight(item: Item) -> float:
    texts = [item.headline.title, item.summary, *item.headline.mentions]
    for telling in item.tellings:
        if telling.report:
            texts += [telling.report.title, telling.report.translation or " ".join(telling.report.mentions)]
        texts += [report.outlet.name for report in telling.also]
    for contrast in item.terms:
        texts += [contrast.subject, *(f"{u.wording} {u.before} {u.term} {u.after}" for u in contrast.usages)]
    joined = " ".join(texts)
    wide = sum(1 for char in joined if "\u3000" <= char <= "\u9fff")
    return len(joined.split()) + wide / 2
