"""What came of a crawl, for a person and for a script: every source and every address is accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config import Config
from crawler.articles import GONE_PAGE
from crawler.plan import NotDue, Plan
from crawler.task import Target

_NETWORK = ("dns", "timeout", "error")  # outcomes that say nothing of the source itself: the network may be down
_COUNTS = ("new", "changed", "seen", "off_topic", "failed", "gone", "skipped", "waiting")


@dataclass(slots=True)
class Row:
    """One source, or one address typed by hand. The counts after `read` add up to it, `left` included."""

    id: str
    name: str
    read: int = 0  # entries that it listed
    new: int = 0
    changed: int = 0
    seen: int = 0
    off_topic: int = 0
    skipped: int = 0  # outside --since, --until or --limit, or without a usable link
    waiting: int = 0  # pages that are tried again later
    failed: int = 0
    gone: int = 0  # headlines whose page is no more
    left: int = 0  # wanted pages that this crawl did not come to
    unchanged: int = 0  # addresses that answered 304
    good: int = 0  # addresses that were read
    bad: int = 0  # addresses that were not
    not_due: int = 0
    next_due: datetime | None = None
    oldest: datetime | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Why something of it was not read, each cause once; "" where nothing is to be said."""
        return "; ".join(dict.fromkeys(self.reasons))

    @property
    def state(self) -> str:
        """In a word or two: read, unchanged, not due, failed ..."""
        if self.bad:
            return "failed" if not self.good else "partly read"
        if self.good:
            return "unchanged" if self.unchanged == self.good else "read"
        return "not due" if self.not_due else "not read"


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """`rows` as in the closing table; `lines` are remarks to print before it. `complete`: all that was due was read.

    `unreachable`: not one of the addresses that were asked answered at all.
    """

    rows: tuple[Row, ...]
    lines: tuple[str, ...] = ()
    complete: bool = True
    unreachable: bool = False
    seconds: float = 0.0
    output: int | None = None  # articles written to --output

    @property
    def exit_code(self) -> int:
        """0 done, 3 done but incomplete."""
        return 0 if self.complete else 3

    @property
    def totals(self) -> dict[str, int]:
        """The sums of all rows."""
        names = ("read", *_COUNTS, "left", "good", "bad", "not_due")
        return {name: sum(getattr(row, name) for row in self.rows) for name in names}

    def table(self) -> list[dict[str, Any]]:
        """The closing table, a dictionary per row."""
        return [
            {
                "source": row.id, "state": row.state, "read": row.read, "new": row.new, "changed": row.changed,
                "seen": row.seen, "off topic": row.off_topic, "skipped": row.skipped,
                "failed": row.failed + row.waiting + row.left,
                "oldest": f"{row.oldest:%Y-%m-%d %H:%M}" if row.oldest else "",
                "next": f"{row.next_due:%Y-%m-%d %H:%M}" if row.next_due else "",
                "why": row.reason,
            }
            for row in self.rows
        ]  # fmt: skip

    def summary(self) -> str:
        """One sentence."""
        t = self.totals
        if not self.rows:
            return "no source to read"
        asked = sum(1 for row in self.rows if row.good or row.bad or row.state == "not read")
        read = sum(1 for row in self.rows if row.good)
        waiting = sum(1 for row in self.rows if row.state == "not due")
        parts = [f"{read} of {asked} sources read" if asked else "no source is due"]
        if waiting:
            parts.append(f"{waiting} not due")
        parts.append(f"{t['new']} new, {t['changed']} changed, {t['seen']} seen, {t['off_topic']} off topic articles")
        lacking = t["failed"] + t["waiting"] + t["left"]
        if lacking:
            parts.append(f"{lacking} page{'s' * (lacking != 1)} not read")
        if t["gone"]:
            parts.append(f"{t['gone']} gone")
        if self.output is not None:
            parts.append(f"{self.output} articles written")
        return "; ".join(parts) + f" ({self.seconds:.1f} s)"


class Tally:
    """Adds up what a child process tells, event by event."""

    def __init__(self, config: Config, plan: Plan) -> None:
        self.rows: dict[str, Row] = {}
        self.lines: list[str] = []
        self.statuses: dict[str, str] = {}  # the address of an article -> new | changed | seen
        self.open: dict[tuple[str, str], Target] = {}  # (source, url) that was asked for and not answered yet
        self.asked = 0
        self.answered = 0
        self.total = 0
        self.done = 0
        self.lost = 0
        names = {source.id: source.name for source in (*config.sources, *plan.adhoc)}
        self._names = names
        for id in plan.selected:
            self.row(id)
        for target in plan.targets:
            for id in target.sources:
                self.row(id, target)
                if target.kind != "pages":
                    self.open[id, target.url] = target
                    self.total += 1
        for waiting in plan.not_due:
            self._not_due(waiting)

    def row(self, id: str, target: Target | None = None) -> Row:
        if id not in self.rows:
            self.rows[id] = Row(id, self._names.get(id, id))
        return self.rows[id]

    def _not_due(self, waiting: NotDue) -> None:
        row = self.row(waiting.source_id)
        row.not_due += 1
        if waiting.until is not None and waiting.until.year < 9999:
            row.next_due = min(waiting.until, row.next_due) if row.next_due else waiting.until
            row.reasons.append(f"{waiting.reason}, next at {waiting.until:%Y-%m-%d %H:%M} UTC")
        else:
            row.reasons.append(waiting.reason)

    def hear(self, event: Mapping[str, Any]) -> None:
        """Take one event of the child."""
        kind = event["e"]
        if kind == "listing":
            self._listing(event)
        elif kind == "article":
            self._article(event)
        elif kind == "typed" and self.open.pop((event["source"], event["url"]), None) is not None:
            self.row(event["source"]).good += 1
            self.asked += 1
            self.answered += 1
        elif kind == "left over":
            self.row(event["source"]).left += 1
            self.row(event["source"]).read += 1
            self.total += 1
        elif kind == "lost":
            self.lost += 1
            self.row(event["source"]).reasons.append(f"could not be stored: {event['error']}")

    def _listing(self, event: Mapping[str, Any]) -> None:
        row = self.row(event["source"])
        first = self.open.pop((row.id, event["url"]), None) is not None
        counts = event["counts"]
        self.done += 1
        row.read += event["entries"]
        row.seen += counts.get("seen", 0)
        row.off_topic += counts.get("off topic", 0)
        row.skipped += counts.get("skipped", 0) + counts.get("linkless", 0)
        row.waiting += counts.get("waiting", 0)
        row.left += counts.get("wanted", 0)
        self.total += counts.get("wanted", 0)
        if counts.get("linkless"):
            row.reasons.append(f"{counts['linkless']} entries without a usable link")
        outcome = event["outcome"]
        nothing_said = outcome == "empty" and event["error"]  # not one byte; a feed without entries is read
        if outcome in ("ok", "unchanged", "empty") and event["status"] is not None and not nothing_said:
            row.good += first
            row.unchanged += outcome == "unchanged"
            if outcome == "empty":
                row.reasons.append("it lists nothing")
            elif event["error"]:
                row.reasons.append(event["error"])  # read, but cut off
        else:
            row.bad += first
            row.reasons.append(f"{outcome}: {event['error']}" if event["error"] else outcome)
        self.asked += 1
        self.answered += outcome not in _NETWORK or event["status"] is not None
        if event["oldest"]:
            oldest = datetime.fromisoformat(event["oldest"])
            row.oldest = min(oldest, row.oldest) if row.oldest else oldest
        if event["due"]:
            due = datetime.fromisoformat(event["due"])
            row.next_due = min(due, row.next_due) if row.next_due else due

    def _article(self, event: Mapping[str, Any]) -> None:
        row, status = self.row(event["source"]), event["status"]
        self.done += 1
        if row.left:
            row.left -= 1
        else:
            row.read += 1
        name = {"off topic": "off_topic", "quarantined": "failed"}.get(status, status)
        if status == "failed" and event["error"] == GONE_PAGE:
            row.gone += 1
            return
        setattr(row, name, getattr(row, name) + 1)
        if status in ("failed", "waiting", "quarantined"):
            row.reasons.append(event["error"])
        elif status in ("new", "changed", "seen"):
            self.statuses[event["url"]] = status

    def resumed(self) -> list[str]:
        """The sources with pages that a dead child had not come to: its successor finds them stored and tells anew."""
        found = [row for row in self.rows.values() if row.left]
        for row in found:
            self.total -= row.left
            row.read -= row.left
            row.left = 0
        return [row.id for row in found]

    def give_up(self, why: str) -> None:
        """Name what was asked for and never answered."""
        for id, _ in list(self.open):
            row = self.row(id)
            row.bad += 1
            row.reasons.append(why)
        self.open.clear()
        for row in self.rows.values():
            if row.left:
                row.reasons.append(f"{row.left} pages left for the next crawl: {why}")

    def report(self, *, since: datetime | None, seconds: float, output: int | None) -> CrawlReport:
        """The finished report."""
        for row in self.rows.values():
            if row.gone:
                row.reasons.append(f"{row.gone} page{'s' * (row.gone != 1)} gone (HTTP 404 or 410)")
            if since is not None and row.oldest is not None and row.oldest > since:
                row.reasons.append(f"reaches back to {row.oldest:%Y-%m-%d %H:%M} UTC only")
        rows = tuple(self.rows.values())
        complete = not any(row.bad or row.left for row in rows) and not self.lost
        unreachable = bool(self.asked) and not self.answered
        return CrawlReport(rows, tuple(self.lines), complete, unreachable, seconds, output)
