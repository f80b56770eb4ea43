"""The operator's questions: listings, status, and the database."""

from __future__ import annotations

import json
from pathlib import Path

import click

import scheduler
from cli.shell import (
    Commands,
    WrongUse,
    as_json,
    cell,
    command,
    configuration,
    leave,
    listing,
    main,
    plain,
    store,
)
from store import db
from store import outbox as outbox_rows


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
            {
                "address": s.address,
                "name": s.name,
                "edition": s.edition,
                "slot": s.slot,
                "state": s.state,
                "since": s.added,
                "how": s.how,
            }
            for s in readers.listed(conn)
        ]
    listing(rows, json_, "no subscribers: add one with `tripoint subscribers add ADDRESS`")


@command(subscribers, "add")
@click.argument("address")
@click.option("--name", default="", help="As it stands in the To line.")
@click.option("--edition", metavar="NAME", help="Which edition (default: the first).")
@click.option(
    "--how",
    default="added by the operator",
    show_default=True,
    help="How they came to be listed; printed in their footer.",
)
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
        click.echo(
            subscribe(config, store(config, create=True), found, address, name=name, how=how, now=scheduler.now())
        )
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
def issues() -> None:
    """What was published."""


@command(issues, "list")
@as_json
def issues_list(json_: bool) -> None:
    """Every issue, newest first, and how its mails fared.

    \b
    Example: tripoint issues list
    """
    from cli.rows import issue_rows

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
        elif issue.state == "missed":
            click.echo(f"{issue.slot}: no issue of {date}; it was missed, and its stories moved to the next one")
        else:
            click.echo(issue.page.html if form == "html" else issue.page.text)


@main.group(cls=Commands)
def outbox() -> None:
    """Mails that wait, went or failed."""


@command(outbox, "list")
@click.option("--state", type=click.Choice(outbox_rows.STATES), help="Only this state.")
@as_json
def outbox_list(state: str | None, json_: bool) -> None:
    """Each delivery: one issue to one subscriber.

    \b
    Example: tripoint outbox list --state deferred
    """
    config = configuration()
    with db.reading(store(config)) as conn:
        rows = outbox_rows.overview(conn, state)
    listing(rows, json_, "nothing in the outbox" + (f" that is {state}" if state else ""))


@command(outbox, "show")
@click.argument("id")
@as_json
def outbox_show(id: str, json_: bool) -> None:
    """One delivery in full: attempts, copies, the server's last answer.

    \b
    Example: tripoint outbox show 3f2a
    """
    config = configuration()
    with db.reading(store(config)) as conn:
        row = outbox_rows.show(conn, id)
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
            click.echo(f"{key.replace('_', ' '):<14} {cell(value)}")
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
