"""By hand: every job and every operator's question. `tripoint --help` is the table of contents.

Exit codes: 0 done, 1 failed, 2 wrong use or config, 3 done but incomplete. A command that is not built is absent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy import Engine

import scheduler
from config import VERSION, Config, ConfigError, load
from config.folder import init_folder
from store import db
from store.db import StoreError

F = TypeVar("F", bound=Callable[..., Any])
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Failed(click.ClickException):
    """Raised when a command cannot do its work; the message says what happened, where and what to do."""


class WrongUse(Failed):
    """Raised when the call or the config is at fault."""

    exit_code = 2


# -- what all commands share ------------------------------------------------------------------------------------------


def _remember_folder(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.find_root().meta["folder"] = value


def configured(function: F) -> F:
    """Give a command the option --config; it is accepted before the command's name too."""
    option = click.option(
        "--config", type=click.Path(path_type=Path), expose_value=False, is_eager=True, callback=_remember_folder,
        help="The config folder (default ./config, or TRIPOINT_CONFIG).",
    )
    return option(function)


def as_json(function: F) -> F:
    return click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")(function)


def folder() -> Path:
    ctx = click.get_current_context().find_root()
    return Path(ctx.meta.get("folder") or "config")


def configuration() -> Config:
    try:
        return load(folder())
    except ConfigError as exc:
        for fault in exc.faults:
            err.print(str(fault), markup=False)
        raise WrongUse(f"{len(exc.faults)} fault{'s' * (len(exc.faults) != 1)} in the config; nothing was done") from exc


def store(config: Config, *, create: bool = False) -> Engine:
    """The store; `create` for the jobs that may begin one, which then say where it lies."""
    path = db.sqlite_path(config.database_url)
    fresh = create and path is not None and not path.exists()
    engine = db.open_store(config.database_url, create=create)
    if fresh:
        err.print(f"created the database {path}", markup=False)
    return engine


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(item) for item in value]
    return value


def listing(rows: Sequence[Mapping[str, Any]], json_: bool, empty: str, title: str = "") -> None:
    """Print rows as a table, or as JSON."""
    if json_:
        click.echo(json.dumps(plain(rows), ensure_ascii=False, indent=2))
    elif not rows:
        out.print(empty, markup=False)
    else:
        table = Table(title=title or None, box=None, header_style="bold", pad_edge=False)
        for key in rows[0]:
            table.add_column(key.replace("_", " "), overflow="fold", justify="right" if isinstance(rows[0][key], int) else "left")
        for row in rows:
            table.add_row(*(_cell(value) for value in row.values()))
        out.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, (tuple, list)):
        return escape(", ".join(map(str, value)))
    return "" if value is None else escape(str(value))


def moment(value: str | None, now: datetime, option: str) -> datetime | None:
    """`2d`, `36h`, or an ISO date or time (UTC where it names no zone), as an instant. Raises WrongUse."""
    if value is None:
        return None
    text = value.strip()
    if text[:-1].isdigit() and text[-1:] in ("d", "h"):
        try:
            return now - (timedelta(days=int(text[:-1])) if text[-1] == "d" else timedelta(hours=int(text[:-1])))
        except OverflowError:
            raise WrongUse(f"{option} {value}: further back than the calendar goes") from None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{option} {value}: write 2d, 36h, 2026-11-24 or 2026-11-24T06:00") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def leave(code: int) -> NoReturn:
    sys.exit(code)


def guarded(function: F) -> F:
    """Turn the rooms' own errors into one plain sentence and an exit code."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except StoreError as exc:
            raise Failed(str(exc)) from exc
        except KeyboardInterrupt:
            err.print("stopped; what was finished is kept")
            leave(130)

    return run  # type: ignore[return-value]


class Commands(click.Group):
    """Lists commands in the order of the manual, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def command(group: click.Group, name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a command with the shared option and guard."""

    def add(function: Callable[..., Any]) -> click.Command:
        return group.command(name)(configured(guarded(function)))

    return add


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="tripoint")
@click.option(
    "--config", type=click.Path(path_type=Path), envvar="TRIPOINT_CONFIG", expose_value=False, is_eager=True,
    callback=_remember_folder, help="The config folder (default ./config, or TRIPOINT_CONFIG).",
)
def main() -> None:
    """Tripoint: one day of China-Russia-US news, as Washington, Moscow and Beijing told it.

    \b
    New here?          tripoint demo
    The real thing:    tripoint init, then tripoint sources list, tripoint digest
    """


# -- jobs -------------------------------------------------------------------------------------------------------------


@command(main, "demo")
@click.option("--once", is_flag=True, help="End after the job instead of serving the issue on the web.")
@click.option("--out", "out_", type=click.Path(path_type=Path), default=Path("out/demo"), show_default=True, help="Where to put everything.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Of the web address; 0 takes any free one.")
def demo(once: bool, out_: Path, port: int) -> None:
    """The whole day on an invented newsroom, offline; prints where to look.

    \b
    Example: tripoint demo --once --out /tmp/tripoint
    """
    from demo.demo import run

    leave(run(out_, once=once, port=port, clock=scheduler.now, echo=click.echo))


@command(main, "init")
@click.argument("target", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
def init(target: Path | None) -> None:
    """Make a commented config folder to edit, and its database.

    In an existing folder it renews the shipped files and leaves your *.local.toml alone.

    \b
    Example: tripoint init ~/tripoint
    """
    target = target or folder()
    try:
        for line in init_folder(target):
            click.echo(line)
    except OSError as exc:
        raise Failed(f"cannot write {target}: {exc}") from exc
    click.get_current_context().find_root().meta["folder"] = target
    config = configuration()
    store(config, create=True).dispose()
    flag = "" if target.resolve() == Path("config").resolve() else f" --config {target}"
    click.echo(f"\nnext: add feeds to {target / 'sources.local.toml'}, then")
    click.echo(f"  tripoint check{flag}\n  tripoint subscribers add you@example.com{flag}\n  tripoint digest --now{flag}")


@command(main, "check")
@as_json
def check(json_: bool) -> None:
    """Validate all of the config; reads files only. Exit 2 with each fault's file, entry, key and a suggestion.

    \b
    Example: tripoint check --config /etc/tripoint
    """
    try:
        config = load(folder())
    except ConfigError as exc:
        if json_:
            rows = [{"file": f.file, "entry": f.entry, "key": f.key, "message": f.message, "suggestion": f.suggestion} for f in exc.faults]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        else:
            for fault in exc.faults:
                click.echo(str(fault))
            click.echo(f"{len(exc.faults)} fault{'s' * (len(exc.faults) != 1)}")
        leave(2)
    enabled = sum(source.enabled for source in config.sources)
    if json_:
        click.echo("[]")
    else:
        click.echo(
            f"{config.folder}: in order ({enabled} of {len(config.sources)} sources enabled, "
            f"{len(config.editions)} edition{'s' * (len(config.editions) != 1)}, {len(config.lexicon)} concepts)"
        )


@command(main, "crawl")
@click.argument("targets", nargs=-1, metavar="[SOURCE|URL|@FILE]...")
@click.option("--country", metavar="CC", help="Only sources of this country.")
@click.option("--since", metavar="T", help="Only articles published since: 2d, 36h, or an ISO date or time.")
@click.option("--until", metavar="T", help="Only articles published before: as --since.")
@click.option("--limit", type=click.IntRange(1), help="At most so many articles per source.")
@click.option("--all", "keep_all", is_flag=True, help="Keep off-topic articles too.")
@click.option("--save", is_flag=True, help="Store what is read from a URL that is in no config.")
@click.option("--dry-run", is_flag=True, help="Fetch, but write nothing to the store.")
@click.option("--force", is_flag=True, help="Override our own interval and back-off (never robots, Retry-After or blocks).")
@click.option("--at", metavar="TIME", help="Take this instant as now.")
@click.option("--output", type=click.Path(path_type=Path), help="Write every matching article to FILE.jsonl or FILE.csv.")
@click.option("--record", type=click.Path(path_type=Path), help="Keep every response in FILE.warc.gz.")
@click.option("--replay", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Answer from FILE.warc.gz instead of the network.")
def crawl(targets: tuple[str, ...], country: str | None, since: str | None, until: str | None, at: str | None, **flags: Any) -> None:
    """Read sources now: all that are due, or those named. A URL that is in no config is shown and kept only with --save.

    \b
    Examples: tripoint crawl tass xinhua --since 2d --output week.csv
              tripoint crawl @outlets.txt --country RU --all --dry-run
    """
    from crawler.crawl import CrawlError, CrawlOptions
    from crawler.crawl import crawl as job

    config = configuration()
    now = moment(at, scheduler.now(), "--at") or scheduler.now()
    options = CrawlOptions(
        country=country.upper() if country else None, since=moment(since, now, "--since"), until=moment(until, now, "--until"),
        at=now if at else None, **flags,
    )
    try:
        with progress() as tick:
            report = job(config, targets, options, now=now, progress=tick)
    except CrawlError as exc:
        raise WrongUse(str(exc)) from exc
    print_crawl(report)
    leave(report.exit_code)


@command(main, "publish")
@click.option("--edition", metavar="NAME", help="Only this edition.")
@click.option("--at", metavar="TIME", help="Take this instant as now.")
@click.option("--now", "early", is_flag=True, help="Freeze today's issue before its hour; it is then the day's issue.")
@click.option("--dry-run", is_flag=True, help="Compose and render, but freeze nothing.")
def publish(edition: str | None, at: str | None, early: bool, dry_run: bool) -> None:
    """Freeze the issue of a slot that has closed and queue its mails.

    \b
    Example: tripoint publish --edition daily --dry-run
    """
    config = configuration()
    now = moment(at, scheduler.now(), "--at") or scheduler.now()
    leave(_publish(config, store(config), now, edition, early=early, dry_run=dry_run))


@command(main, "deliver")
@click.option("--limit", type=click.IntRange(1), help="At most so many mails.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send nothing.")
@click.option("--test", "test_", metavar="ADDRESS", help="Mail the latest issue to ADDRESS alone, outside the outbox.")
def deliver(limit: int | None, dry_run: bool, test_: str | None) -> None:
    """Send what waits in the outbox. Running it twice sends nothing twice.

    \b
    Example: tripoint deliver --test me@example.com
    """
    from store import issues as issue_rows

    config = configuration()
    engine = store(config)
    if test_:
        with db.reading(engine) as conn:
            latest = issue_rows.latest(conn)
        if latest is None:
            raise Failed("no issue to send yet: `tripoint preview --send ADDRESS` mails the next one")
        _mail_one(config, engine, test_, latest.page, "[Test] ")
        return
    leave(_deliver(config, engine, limit=limit, dry_run=dry_run))


@command(main, "digest")
@click.option("--now", "early", is_flag=True, help="Freeze today's issue before its hour; it is then the day's issue.")
def digest(early: bool) -> None:
    """Crawl what is due, weave, publish and deliver once.

    \b
    Example: tripoint digest --now
    """
    from crawler.crawl import CrawlOptions
    from crawler.crawl import crawl as job
    from digest.weave import weave

    config = configuration()
    engine = store(config, create=True)
    if not any(source.enabled for source in config.sources):
        raise WrongUse(f"no enabled source: add one to {config.folder / 'sources.local.toml'}")
    with progress() as tick:
        report = job(config, (), CrawlOptions(), now=scheduler.now(), progress=tick)
    print_crawl(report)
    if report.unreachable:
        err.print("none of the sources could be reached: check this machine's network; nothing was published and nothing is lost")
        leave(3)
    woven = weave(config, engine, now=scheduler.now())
    click.echo(woven.line())
    published = _publish(config, engine, scheduler.now(), None, early=early, dry_run=False)
    sent = _deliver(config, engine, limit=None, dry_run=False)
    leave(published or sent or report.exit_code)


@command(main, "run")
def run() -> None:
    """The service: polls, weaves, publishes and mails on time, and serves the web. Ends cleanly on Ctrl-C.

    \b
    Example: tripoint run --config /etc/tripoint
    """
    config = configuration()
    store(config, create=True).dispose()
    leave(scheduler.run(config.folder))


@command(main, "preview")
@click.option("--edition", metavar="NAME", help="Which edition (default: the first).")
@click.option("--out", "out_", type=click.Path(path_type=Path), default=Path("out/preview"), show_default=True, help="Where to write it.")
@click.option("--send", metavar="ADDRESS", help="Mail it to ADDRESS, marked [Preview].")
def preview(edition: str | None, out_: Path, send: str | None) -> None:
    """The next issue as .html, .txt and .eml: no issue is made, nothing enters the outbox.

    \b
    Example: tripoint preview --out /tmp/preview
    """
    from digest.deliver import message_for_one
    from digest.publish import PublishError
    from digest.publish import preview as compose

    config = configuration()
    engine = store(config)
    now = scheduler.now()
    try:
        page = compose(config, engine, now=now, edition=edition)
    except PublishError as exc:
        raise WrongUse(str(exc)) from exc
    out_.mkdir(parents=True, exist_ok=True)
    for suffix, content in (("html", page.html.encode()), ("txt", page.text.encode()), ("eml", message_for_one(config, page, now=now))):
        path = out_ / f"preview.{suffix}"
        path.write_bytes(content)
        click.echo(path)
    if send:
        _mail_one(config, engine, send, page, "[Preview] ")


# -- questions --------------------------------------------------------------------------------------------------------


@main.group(cls=Commands)
def sources() -> None:
    """Outlets and where they are read."""


@command(sources, "list")
@click.option("--country", metavar="CC", help="Only this country.")
@as_json
def sources_list(country: str | None, json_: bool) -> None:
    """Every configured source with its side, health and next poll; then how many each side has.

    \b
    Example: tripoint sources list --country RU
    """
    from crawler.overview import source_rows, source_sides

    config = configuration()
    rows = source_rows(config, _optional_store(config), country.upper() if country else None)
    listing(rows, json_, "no sources: add one to sources.local.toml")
    if not json_ and not country:
        out.print()
        listing(source_sides(config), False, "")


@main.group(cls=Commands)
def subscribers() -> None:
    """Who gets the mail."""


@command(subscribers, "list")
@as_json
def subscribers_list(json_: bool) -> None:
    """Everyone on the list and how they came to be on it.

    \b
    Example: tripoint subscribers list --json
    """
    from store import subscribers as readers

    config = configuration()
    with db.reading(store(config)) as conn:
        rows = [
            {"address": s.address, "name": s.name, "edition": s.edition, "slot": s.slot, "state": s.state, "since": s.added, "how": s.how}
            for s in readers.listed(conn)
        ]
    listing(rows, json_, "no subscribers: add one with `tripoint subscribers add ADDRESS`")


@command(subscribers, "add")
@click.argument("address")
@click.option("--name", default="", help="As it stands in the To line.")
@click.option("--edition", metavar="NAME", help="Which edition (default: the first).")
@click.option("--how", default="added by the operator", show_default=True, help="How they came to be listed; printed in their footer.")
def subscribers_add(address: str, name: str, edition: str | None, how: str) -> None:
    """Add a reader who asked you to, and say when their first issue comes.

    \b
    Example: tripoint subscribers add ann@example.com --name "Ann"
    """
    from digest.post.address import AddressError
    from digest.subscribe import subscribe

    config = configuration()
    found = config.edition(edition) if edition else config.editions[0]
    if found is None:
        raise WrongUse(f"no edition {edition!r}: there is {', '.join(e.name for e in config.editions)}")
    try:
        click.echo(subscribe(config, store(config, create=True), found, address, name=name, how=how, now=scheduler.now()))
    except AddressError as exc:
        raise WrongUse(str(exc)) from exc


@command(subscribers, "remove")
@click.argument("address")
def subscribers_remove(address: str) -> None:
    """Take a reader off the list at once; a mail that waits for them is not sent.

    \b
    Example: tripoint subscribers remove ann@example.com
    """
    from store import subscribers as readers

    config = configuration()
    with db.writing(store(config)) as tx:
        gone = readers.remove(tx, address, scheduler.now())
    if not gone:
        raise WrongUse(f"{address} is not on the list")
    click.echo(f"{address} is off the list")


@main.group(cls=Commands)
def stories() -> None:
    """Articles about one event."""


@command(stories, "list")
@click.option("--since", metavar="T", default="2d", show_default=True, help="Told since: 2d, 36h, or an ISO date or time.")
@as_json
def stories_list(since: str, json_: bool) -> None:
    """The stories of the last days, newest first, with who told them.

    \b
    Example: tripoint stories list --since 36h
    """
    from digest.overview import story_rows

    config = configuration()
    now = scheduler.now()
    start = moment(since, now, "--since")
    assert start is not None
    with db.reading(store(config)) as conn:
        rows = story_rows(conn, start)
    listing(rows, json_, "no story since then; `tripoint crawl` reads the sources")


@command(stories, "show")
@click.argument("id", type=int)
@as_json
def stories_show(id: int, json_: bool) -> None:
    """One story: each article, its side, its role and why it joined.

    \b
    Example: tripoint stories show 12
    """
    from digest.overview import member_rows

    config = configuration()
    with db.reading(store(config)) as conn:
        rows = member_rows(conn, id)
    if rows is None:
        raise WrongUse(f"no story {id}; see `tripoint stories list`")
    listing(rows, json_, "no article in it")


@main.group(cls=Commands)
def issues() -> None:
    """What was published."""


@command(issues, "list")
@as_json
def issues_list(json_: bool) -> None:
    """Every issue, newest first, and how its mails fared.

    \b
    Example: tripoint issues list
    """
    from digest.overview import issue_rows

    config = configuration()
    with db.reading(store(config)) as conn:
        rows = issue_rows(conn)
    listing(rows, json_, "no issue yet; `tripoint preview` shows the next one")


@command(issues, "show")
@click.argument("date")
@click.option("--edition", metavar="NAME", help="Which edition (default: all).")
@click.option("--html", "form", flag_value="html", help="Its HTML.")
@click.option("--json", "form", flag_value="json", help="Its frozen content.")
@click.option("--text", "form", flag_value="text", default=True, help="Its text (default).")
def issues_show(date: str, edition: str | None, form: str) -> None:
    """One issue as it was frozen, by its date.

    \b
    Example: tripoint issues show 2026-11-24 --text
    """
    from store import issues as issue_rows

    config = configuration()
    with db.reading(store(config)) as conn:
        found = issue_rows.on(conn, date, edition)
    if not found:
        raise WrongUse(f"no issue of {date}; see `tripoint issues list`")
    for issue in found:
        if form == "json":
            click.echo(json.dumps(plain(issue.content), ensure_ascii=False, indent=2))
        else:
            click.echo(issue.page.html if form == "html" else issue.page.text)


@main.group(cls=Commands)
def outbox() -> None:
    """Mails that wait, went or failed."""


@command(outbox, "list")
@click.option("--state", help="Only this state: queued, sent, deferred, failed, unknown ...")
@as_json
def outbox_list(state: str | None, json_: bool) -> None:
    """Each delivery: one issue to one subscriber.

    \b
    Example: tripoint outbox list --state deferred
    """
    from store import outbox as rows_

    config = configuration()
    with db.reading(store(config)) as conn:
        rows = rows_.overview(conn, state)
    listing(rows, json_, "nothing in the outbox" + (f" that is {state}" if state else ""))


@command(outbox, "show")
@click.argument("id")
@as_json
def outbox_show(id: str, json_: bool) -> None:
    """One delivery in full: attempts, copies, the server's last answer.

    \b
    Example: tripoint outbox show 3f2a
    """
    from store import outbox as rows_

    config = configuration()
    with db.reading(store(config)) as conn:
        row = rows_.show(conn, id)
    if row is None:
        raise WrongUse(f"no delivery whose id begins with {id!r}; see `tripoint outbox list`")
    listing([{"key": key, "value": value} for key, value in row.items()] if not json_ else [row], json_, "")


@command(main, "status")
@as_json
def status(json_: bool) -> None:
    """One screen: sources, last issue, outbox, what is due next. Exit 3 when something needs you.

    \b
    Example: tripoint status --json
    """
    config = configuration()
    state = scheduler.status(config, store(config), scheduler.now())
    if json_:
        click.echo(json.dumps(plain(state), ensure_ascii=False, indent=2))
    else:
        for key, value in state.items():
            click.echo(f"{key.replace('_', ' '):<14} {_cell(value)}")
    leave(3 if state.get("needs_you") else 0)


@main.group("db", cls=Commands)
def db_() -> None:
    """The database."""


@command(db_, "upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's schema, creating it where absent.

    \b
    Example: tripoint db upgrade
    """
    config = configuration()
    changed = db.upgrade(config.database_url)
    click.echo(f"{db.shown(config.database_url)}: {'upgraded to' if changed else 'already at'} schema {db.head()}")


@command(db_, "backup")
@click.argument("file", type=click.Path(path_type=Path))
def db_backup(file: Path) -> None:
    """Copy the live database to FILE, consistent even while the service writes.

    \b
    Example: tripoint db backup /backups/tripoint-$(date +%F).db
    """
    config = configuration()
    db.backup(config.database_url, file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


# -- small parts of the above -----------------------------------------------------------------------------------------


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal, a plain line every tenth of the way elsewhere. Gives a callback (done, total, what)."""
    if not err.is_terminal:
        shown = -1

        def log(done: int, total: int, what: str) -> None:
            nonlocal shown
            tenth = 10 * done // total if total else 0
            if tenth > shown:
                shown = tenth
                err.print(f"{done} of {total} read: {what}", markup=False)

        yield log
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True) as bar:
        task = bar.add_task("crawling", total=None)

        def tick(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total or None, description=what[:40])

        yield tick


def print_crawl(report: Any) -> None:
    for line in report.lines:
        out.print(line, markup=False)
    if report.rows:
        listing(report.table(), False, "")
    out.print(report.summary(), markup=False)


def _publish(config: Config, engine: Engine, now: datetime, edition: str | None, *, early: bool, dry_run: bool) -> int:
    from digest.publish import PublishError
    from digest.publish import publish as job

    names: Iterable[str] = [edition] if edition else [e.name for e in config.editions]
    for name in names:
        try:
            report = job(config, engine, now=now, edition=name, early=early, dry_run=dry_run)
        except PublishError as exc:
            raise WrongUse(str(exc)) from exc
        click.echo(report.message)
    return 0


def _deliver(config: Config, engine: Engine, *, limit: int | None, dry_run: bool) -> int:
    from digest.deliver import deliver as job

    report = job(config, engine, clock=scheduler.now, limit=limit, dry_run=dry_run)
    for line in report.lines:
        click.echo(line)
    return report.exit_code


def _mail_one(config: Config, engine: Engine, address: str, page: Any, prefix: str) -> None:
    from digest.deliver import send_test
    from digest.post.address import AddressError

    try:
        click.echo(send_test(config, engine, address, page, now=scheduler.now(), subject_prefix=prefix))
    except AddressError as exc:
        raise WrongUse(str(exc)) from exc


def _optional_store(config: Config) -> Engine | None:
    path = db.sqlite_path(config.database_url)
    return None if path is not None and not path.exists() else store(config)


if __name__ == "__main__":
    main()
