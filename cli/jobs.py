"""The jobs by hand: each command calls one job of a room and prints its report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

import scheduler
from cli.shell import (
    Failed,
    WrongUse,
    as_json,
    beginning,
    command,
    configuration,
    err,
    folder,
    leave,
    listing,
    loaded,
    main,
    moment,
    out,
    progress,
    store,
)
from config import Config, ConfigError, Fault
from config.doubts import doubts
from config.folder import init_folder
from store import db


@command(main, "demo")
@click.option("--once", is_flag=True, help="End after the job instead of serving the issue on the web.")
@click.option(
    "--out",
    "out_",
    type=click.Path(path_type=Path),
    default=Path("out/demo"),
    show_default=True,
    help="Where to put everything.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Of the web address; 0 takes any free one.",
)
def demo(once: bool, out_: Path, port: int) -> None:
    """The whole day on an invented newsroom, offline; prints where to look.

    \b
    Example: tripoint demo --once --out /tmp/tripoint
    """
    from demo.demo import run

    leave(run(out_, once=once, port=port, echo=click.echo))


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
    click.echo(f"\nnext ({len(config.sources)} outlets are listed; yours go into {target / 'sources.local.toml'}):")
    for words in ("sources list", "subscribers add you@example.com", "digest --now"):
        click.echo(f"  tripoint {words}{flag}")


@command(main, "check")
@as_json
def check(json_: bool) -> None:
    """Validate all of the config; reads files only. Exit 2 with each fault's file, entry, key and a suggestion.

    \b
    Example: tripoint check --config /etc/tripoint
    """
    try:
        config = loaded()
    except ConfigError as exc:
        if json_:
            click.echo(json.dumps([_row("fault", f) for f in exc.faults], ensure_ascii=False, indent=2))
        else:
            for fault in exc.faults:
                click.echo(str(fault))
            click.echo(f"{len(exc.faults)} fault{'s' * (len(exc.faults) != 1)}")
        leave(2)
    enabled = sum(source.enabled for source in config.sources)
    doubted = (*doubts(config), *_templates(config))
    if json_:
        click.echo(json.dumps([_row("warning", doubt) for doubt in doubted], ensure_ascii=False, indent=2))
    else:
        for doubt in doubted:
            click.echo(f"warning: {doubt}")
        click.echo(
            f"{config.folder}: in order ({enabled} of {len(config.sources)} sources enabled, "
            f"{len(config.editions)} edition{'s' * (len(config.editions) != 1)}, {len(config.lexicon)} concepts)"
        )


def _templates(config: Config) -> tuple[Fault, ...]:
    """The operator's templates that cannot be used; the built-in ones stand in for them."""
    if config.templates is None:
        return ()
    from digest.page.overrides import faults

    bad = faults(config.templates)
    return tuple(Fault(fault.name, "[page]", "templates", f"not used: {fault.reason}") for fault in bad)


def _row(severity: str, f: Fault) -> dict[str, str]:
    row = {"file": f.file, "entry": f.entry, "key": f.key, "message": f.message, "suggestion": f.suggestion}
    return {"severity": severity, **row}


@command(main, "crawl")
@click.argument("targets", nargs=-1, metavar="[SOURCE|URL|@FILE]...")
@click.option("--country", metavar="CC", help="Only sources of this country.")
@click.option("--since", metavar="T", help="Only articles published since: 2d, 36h, or an ISO date or time.")
@click.option("--until", metavar="T", help="Only articles published before: as --since.")
@click.option("--limit", type=click.IntRange(1), help="At most so many articles per source.")
@click.option("--all", "keep_all", is_flag=True, help="Keep off-topic articles too.")
@click.option("--save", is_flag=True, help="Store what is read from a URL that is in no config.")
@click.option("--dry-run", is_flag=True, help="Fetch, but write nothing to the store.")
@click.option(
    "--force", is_flag=True, help="Override our own interval and back-off (never robots, Retry-After or blocks)."
)
@click.option("--at", metavar="TIME", help="With --replay: take this instant as now, not the recording's.")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write every matching article to FILE.jsonl or FILE.csv."
)
@click.option("--record", type=click.Path(path_type=Path), help="Keep every response in FILE.warc.gz.")
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer from FILE.warc.gz instead of the network.",
)
def crawl(
    targets: tuple[str, ...], country: str | None, since: str | None, until: str | None, at: str | None, **flags: Any
) -> None:
    """Read sources now: all that are due, or those named. A URL in no config is shown, and kept only with --save.

    \b
    Examples: tripoint crawl tass xinhua --since 2d --output week.csv
              tripoint crawl @outlets.txt --country RU --all --dry-run
    """
    from crawler.crawl import CrawlError, CrawlOptions
    from crawler.crawl import crawl as job

    config = configuration()
    now = moment(at, scheduler.now(), "--at") or scheduler.now()
    start, end = moment(since, now, "--since"), moment(until, now, "--until")
    if start and end and start >= end:
        raise WrongUse(f"--since {since} is not before --until {until}")
    options = CrawlOptions(
        country=country.upper() if country else None,
        since=start,
        until=end,
        at=now if at else None,
        **flags,
    )
    try:
        with beginning(config), progress() as tick:
            report = job(config, targets, options, now=now, progress=tick)
    except CrawlError as exc:
        raise WrongUse(str(exc)) from exc
    print_crawl(report)
    if not options.dry_run and report.totals["new"] + report.totals["changed"]:
        weave_first(config, store(config), now)
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
    engine = store(config)
    weave_first(config, engine, now, dry_run=dry_run)
    leave(_publish(config, engine, now, edition, early=early, dry_run=dry_run))


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
        mail_one(config, engine, test_, latest.page, "[Test] ")
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

    config = configuration()
    engine = store(config, create=True)
    if not any(source.enabled for source in config.sources):
        raise WrongUse(f"no enabled source: add one to {config.folder / 'sources.local.toml'}")
    with progress() as tick:
        report = job(config, (), CrawlOptions(), now=scheduler.now(), progress=tick)
    print_crawl(report)
    if report.unreachable:
        err.print(
            "no source could be reached: check this machine's network; nothing was published, nothing is lost"
        )
        leave(3)
    weave_first(config, engine, scheduler.now())
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
    try:
        leave(scheduler.run(config.folder))
    except OSError as exc:
        raise Failed(f"cannot listen on {config.web.host}:{config.web.port}: {exc.strerror}; see [web] port") from exc


def print_crawl(report: Any) -> None:
    for line in report.lines:
        out.print(line, markup=False)
    if report.rows:
        listing(report.table(), False, "")
    out.print(report.summary(), markup=False)


def weave_first(config: Config, engine: Engine, now: datetime, *, dry_run: bool = False) -> None:
    """Put what is new into stories; says nothing where nothing is new. A dry run only says that it is left out."""
    from digest.weave import weave
    from store import articles

    with db.reading(engine) as conn:
        fresh = articles.any_unwoven(conn)
    if fresh and dry_run:
        err.print("some articles are not woven into stories yet and are left out: `tripoint publish` weaves them")
    elif fresh:
        click.echo(weave(config, engine, now=now).line())


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


def mail_one(config: Config, engine: Engine, address: str, page: Any, prefix: str) -> None:
    from digest.deliver import DeliveryError, send_test
    from digest.post.address import AddressError

    try:
        click.echo(send_test(config, address, page, now=scheduler.now(), subject_prefix=prefix))
    except AddressError as exc:
        raise WrongUse(str(exc)) from exc
    except DeliveryError as exc:
        raise Failed(str(exc)) from exc
