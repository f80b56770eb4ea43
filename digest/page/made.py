"""The sentences of an issue about itself: its subject, its counts, how it came to be. Pure."""

from __future__ import annotations

from digest.issue.issue import Issue, Wording
from digest.issue.plain import plain, shorten
from digest.page import words
from digest.page.tongue import Tongue, speak
from store.records import SIDES

SUBJECT = 70  # characters; longer ones are cut by phones


def subject(issue: Issue) -> str:
    """`Tripoint 24 Nov: ` and the first headline, at most 70 characters, cut at a word."""
    t = speak(issue.language)
    first = next(issue.printed(), None)
    head = first.headline.title if first else t.say("no new story")
    date = t.date(issue.local_date, "subject")
    return shorten(plain(t.say("{title} {date}: {headline}", title=issue.title, date=date, headline=head)), SUBJECT)


def preheader(issue: Issue) -> str:
    """The second headline and the counts: what a mailbox shows after the subject."""
    t = speak(issue.language)
    printed = list(issue.printed())
    if not printed:
        r = issue.readings
        return t.many("{read} of {n} source was read.", "{read} of {n} sources were read.", r.total, read=r.read)
    from_ = t.many("from {n} outlet", "from {n} outlets", issue.outlets)
    counts = t.many("{n} story {outlets}.", "{n} stories {outlets}.", issue.stories, outlets=from_)
    if len(printed) == 1:
        return counts
    return t.say("Also: {headline} – {counts}", headline=shorten(printed[1].headline.title, 110), counts=counts)


def closed(issue: Issue) -> str:
    """ "closed 07:00", or that the issue was frozen before its hour."""
    t = speak(issue.language)
    at = words.clock(issue.closes, issue.local_date, t)
    return t.say("frozen early at {time}", time=at) if issue.early else t.say("closed {time}", time=at)


def dateline(issue: Issue) -> str:
    """ "Tuesday 24 November 2026 · No. 214 · 4 min to read"."""
    t = speak(issue.language)
    parts = [words.long_date(issue.local_date, t)]
    if not issue.empty:
        n = words.minutes(issue)
        parts += [t.say("No. {number}", number=issue.number), t.many("{n} min to read", "{n} min to read", n)]
    return " · ".join(part.replace(" ", "\u00a0") if n else part for n, part in enumerate(parts))


def numbers(issue: Issue) -> tuple[tuple[int, str], ...]:
    """The four figures under the masthead, each with the words beneath it."""
    t = speak(issue.language)
    every, outlets = issue.stories, issue.outlets
    three, silent = issue.told_by(len(SIDES)), issue.silences()
    return (
        (every, t.many("story", "stories", every)),
        (outlets, t.many("outlet", "outlets", outlets)),
        (three, t.say("told by all three")),
        (silent, t.say("with a silence")),
    )


def no_silence(issue: Issue) -> str:
    """Beneath the warnings of a day on which a side could not be read."""
    t = speak(issue.language)
    n = len(words.too_few(issue))
    return t.many("No silence is printed for this side today.", "No silence is printed for these sides today.", n)


def more(issue: Issue, n: int, on_web: bool) -> str:
    """The line that says how many stories are not printed; "" for none."""
    t = speak(issue.language)
    if not n:
        return ""
    if on_web:
        return t.many("{n} more story of this issue on the web", "{n} more stories of this issue on the web", n)
    return t.many(
        "{n} more story of this issue is not printed here.", "{n} more stories of this issue are not printed here.", n
    )


def _read(issue: Issue, t: Tongue) -> str:
    r = issue.readings
    names = words.names(t)
    sides = t.comma.join(
        t.say("{side} {read} of {watched}", side=names[s.side], read=s.read, watched=s.watched) for s in r.sides
    )
    return t.many(
        "{read} of {n} source was read well in the last 24 hours{sides}.",
        "{read} of {n} sources were read well in the last 24 hours{sides}.",
        r.total,
        read=r.read,
        sides=t.brackets(sides),
    )


def _worded(w: Wording, t: Tongue) -> str:
    """What a machine did for the issue; the rest fell back to what outlets and lexicon say."""
    if w.job == "summary":
        did = t.say("Summaries by {by}: {made} of {wanted}.", by=w.by, made=w.made, wanted=w.wanted)
        rest = t.say(
            "Refused by our checks: {refused}; not answered: {unanswered}. There the outlets’ own opening sentences "
            "stand.",
            refused=w.refused,
            unanswered=w.unanswered,
        )
    else:
        did = t.say("Headlines translated by {by}: {made} of {wanted}.", by=w.by, made=w.made, wanted=w.wanted)
        rest = t.say(
            "Refused by our checks: {refused}; not answered: {unanswered}. Those headlines show what they mention.",
            refused=w.refused,
            unanswered=w.unanswered,
        )
    return f"{did} {rest}" if w.refused or w.unanswered else did


def made(issue: Issue) -> list[str]:
    """How the issue came to be, in sentences that are true of it."""
    t = speak(issue.language)
    told = _read(issue, t)
    if issue.articles:
        told += " " + t.many(
            "{n} new article told these stories.", "{n} new articles told these stories.", issue.articles
        )
    quoted = (
        t.say("Headlines and texts are quoted from the outlet named beside them; what a machine worded says so.")
        if issue.wording
        else t.say(
            "Headlines and texts are quoted from the outlet named beside them; nothing is rewritten or translated."
        )
    )
    lines = [
        told,
        quoted + " " + t.say("A line “mentions” names what an article in another language is about."),
        *(_worded(w, t) for w in issue.wording),
        t.say(
            "“No report found” means none in the sources we read, not that none exists. Where too few were read, an "
            "outlet that may have told it was not, an item could not be checked, or the story rests on one report "
            "alone, the side is “not known”. Outlets in exile are counted elsewhere."
        ),
    ]
    if issue.dropped:
        lines.append(
            t.many(
                "{n} story could not be printed and was left out.",
                "{n} stories could not be printed and were left out.",
                issue.dropped,
            )
        )
    return [line.replace("。 ", "。") for line in lines]
