"""Outlets and where they are read: listing them, adding one, and finding out what is wrong with one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from pydantic import ValidationError

import scheduler
from cli.shell import (
    Commands,
    Failed,
    WrongUse,
    as_json,
    command,
    configuration,
    err,
    leave,
    listing,
    main,
    out,
    plain,
    progress,
    store_if_any,
)
from config import Config, ConfigError, Source
from config.edit import FILE
from config.faults import near, of_validation
from store import db


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
    from cli.rows import side_rows, source_rows
    from store import sources as rows_

    config = configuration()
    engine = store_if_any(config)
    endpoints = []
    if engine is not None:
        with db.reading(engine) as conn:
            endpoints = list(rows_.endpoints(conn).values())
    rows = source_rows(config, endpoints, country.upper() if country else None)
    none = f"no source of the country {country.upper()}" if country else "no sources: add one to sources.local.toml"
    listing(rows, json_, none)
    if not json_ and not country:
        out.print()
        listing(side_rows(config), False, "")


@command(sources, "health")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@as_json
def sources_health(ids: tuple[str, ...], json_: bool) -> None:
    """How each address fared at its last poll: what the store knows; nobody is asked.

    \b
    Example: tripoint sources health cnn
    """
    from cli.rows import health_rows
    from store import sources as rows_

    config = configuration()
    chosen = _chosen(config, ids) or [source for source in config.sources if source.enabled]
    engine = store_if_any(config)
    endpoints = {}
    if engine is not None:
        with db.reading(engine) as conn:
            endpoints = rows_.endpoints(conn)
    rows = health_rows(chosen, endpoints)
    listing(rows, json_, "nothing was polled yet; `tripoint sources check` asks now")
    if not json_ and (ill := [str(row["id"]) for row in rows if row["health"] not in ("ok", "moved", "new")]):
        click.echo(f"`tripoint sources doctor {ill[0]}` says what would put it right")


@command(sources, "add")
@click.argument("url")
@click.option("--id", "id_", metavar="ID", default="", help="What commands call it (default: from its address).")
@click.option("--name", default="", help="As readers know it (default: what it calls itself).")
@click.option("--country", metavar="CC", default="", help="ISO code of two letters (default: from its address).")
@click.option("--language", metavar="LL", default="", help="Of what it prints (default: that of its headlines).")
@click.option("--ownership", metavar="KIND", default="", help="state, public, private, nonprofit, exiled, government.")
@click.option(
    "--allow-private", metavar="HOST:PORT", multiple=True, help="A server on your own network that may be asked."
)
@click.option("--dry-run", is_flag=True, help="Show the entry; write nothing.")
@as_json
def sources_add(
    url: str, id_: str, allow_private: tuple[str, ...], dry_run: bool, json_: bool, **said: str
) -> None:
    """Add a feed, a news sitemap, or whatever feed a home page leads to. Written to sources.local.toml.

    \b
    Example: tripoint sources add https://www.harbor-wire.example --country US
    """
    from crawler.roster.adding import AddError, NotAnAddress, find
    from crawler.roster.propose import Given

    config = configuration()
    given = Given(id=id_, private=allow_private, **{**said, "country": said["country"].upper()})
    _check_given(config, given)
    try:
        with _asking() as tick:
            found = find(config, url, given, now=scheduler.now(), progress=tick)
    except NotAnAddress as exc:
        raise WrongUse(str(exc)) from exc
    except AddError as exc:
        raise Failed(str(exc)) from exc
    if found.known is not None and (found.known.same_feed or not id_):
        _said_twice(found, json_)
    row = _answered(found, json_)
    if not json_:
        _show(found)
    if not dry_run:
        write_entries(config, [row])
    if json_:
        click.echo(json.dumps(plain(_told(found, row, written=not dry_run)), ensure_ascii=False, indent=2))
        return
    from config.edit import rendered

    click.echo(f"\n{rendered(row)}")
    for ask in found.proposal.asks:
        click.echo(f"? {ask}")
    done = f"written to {config.folder / FILE}; `tripoint crawl {row['id']}` reads it"
    click.echo("nothing written (--dry-run)" if dry_run else done)


def _check_given(config: Config, given: Any) -> None:
    """Raises WrongUse for an option that no entry may have, before any server is asked."""
    if given.id and config.source(given.id) is not None:
        raise WrongUse(f"--id {given.id}: this id is taken")
    said = {key: getattr(given, key) for key in ("id", "name", "country", "language", "ownership")}
    stand_in = {"id": "x", "name": "x", "country": "XX", "feeds": ["https://outlet.example/"]}
    row = {**stand_in, "allow_private_hosts": given.private, **{key: value for key, value in said.items() if value}}
    try:
        Source.model_validate(row)
    except ValidationError as exc:
        faults = (of_validation(Source, error, "", "") for error in exc.errors())
        raise WrongUse("; ".join(f"--{fault}".replace("_private_hosts.0", "-private") for fault in faults)) from exc


def write_entries(config: Config, rows: list[dict[str, Any]]) -> None:
    """Raises WrongUse, and leaves the file as it is, where the config would not hold."""
    from config.edit import add

    try:
        add(config.folder, rows)
    except ConfigError as exc:
        raise WrongUse("nothing was written: " + "; ".join(map(str, exc.faults))) from exc


def _said_twice(found: Any, json_: bool) -> None:
    known = found.known
    what = "is read already" if known.same_feed else "is a domain that is read already"
    words = f"{known.address} {what}, as {known.source.id} ({known.source.name})"
    if not known.source.enabled:
        law = f" It is restricted in {', '.join(known.source.restricted_in)}." if known.source.restricted_in else ""
        words += f"; it is disabled: enabled = true under that id in sources.local.toml switches it on.{law}"
    elif not known.same_feed:
        words += f"; to read another section as an outlet of its own, give it an id: --id {known.source.id}-2"
    if json_:
        told = {"written": False, "known_as": known.source.id, "why": words}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(words)
    leave(1)


def _answered(found: Any, json_: bool) -> dict[str, Any]:
    """The entry, with the one thing that must be known asked for on a terminal. Raises WrongUse elsewhere."""
    row: dict[str, Any] = dict(found.proposal.row)
    if row["country"]:
        return row
    guess = found.proposal.guess
    if json_ or not sys.stdin.isatty():
        hint = f"; it writes {row['language']}, so perhaps {guess}" if guess else ""
        raise WrongUse(f"its address does not tell the country: say --country CC{hint}")
    typed: str = click.prompt("country (ISO code of two letters)", default=guess or None)
    row["country"] = typed.strip().upper()
    return row


def _show(found: Any) -> None:
    sight, look = found.sight, found.look
    kind = {"feed": "feed", "sitemap": "news sitemap"}.get(look.kind, look.kind)
    click.echo(f"{sight.asked}: a {kind} ({look.format}), {look.total} items")
    for entry in [entry for entry in look.entries if entry.title][:3]:
        day = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "no date"
        click.echo(f"  {day:<16}  {entry.title}")
    newest = f"{look.newest:%Y-%m-%d %H:%M} UTC" if look.newest else "unknown"
    click.echo(f"language {found.proposal.row['language']}, newest item {newest}")
    rules = {"ok": "robots.txt allows it", "allow": "no robots.txt", "": "robots.txt not asked"}
    click.echo(f"{rules.get(sight.robots, sight.robots)}; text mining is {'' if found.reserved else 'not '}reserved")
    for remark in found.proposal.remarks:
        click.echo(f"! {remark}")
    for address in found.others:
        click.echo(f"  also named: {address}")


def _told(found: Any, row: dict[str, Any], *, written: bool) -> dict[str, Any]:
    look = found.look
    return {
        "written": written, "entry": row, "kind": look.kind, "items": look.total, "newest": look.newest,
        "headlines": [entry.title for entry in look.entries[:3]], "robots": found.sight.robots or None,
        "reserved": found.reserved, "asks": found.proposal.asks, "remarks": found.proposal.remarks,
        "others": found.others,
    }  # fmt: skip


@command(sources, "check")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@as_json
def sources_check(ids: tuple[str, ...], json_: bool) -> None:
    """Ask each enabled source once, now, and show how it is. Changes nothing; exit 3 where one is read badly.

    \b
    Example: tripoint sources check
    """
    from crawler.roster.checkup import Unreachable, check

    config = configuration()
    chosen = _chosen(config, ids) or [source for source in config.sources if source.enabled]
    try:
        with _asking() as tick:
            found = check(config, chosen, store_if_any(config), now=scheduler.now(), progress=tick)
    except Unreachable as exc:
        err.print(str(exc), markup=False)
        leave(3)
    rows = [
        {
            "id": row.source.id,
            "health": row.health,
            "entries": row.sight.look.total if row.sight.look else 0,
            "newest": row.sight.look.newest if row.sight.look else None,
            "status": row.sight.status,
            "url": row.sight.asked,
            "why": row.why,
        }
        for row in found
    ]
    listing(rows, json_, "no enabled source: add one with `tripoint sources add URL`")
    bad = sum(row.bad for row in found)
    if rows and not json_:
        more = "; `tripoint sources doctor` tells more" if bad else ""
        out.print(f"{len(rows) - bad} of {len(rows)} addresses are well{more}")
    leave(3 if bad else 0)


@command(sources, "doctor")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@as_json
def sources_doctor(ids: tuple[str, ...], json_: bool) -> None:
    """Find out what is wrong with sources, and print the lines of sources.local.toml that put it right.

    Asks each enabled source once (a disabled one only where it is named alone), and looks at what the store remembers.
    Changes nothing; exit 3 where something serious was found.

    \b
    Example: tripoint sources doctor cnn
    """
    from config.edit import line, local_ids
    from crawler.roster.checkup import Unreachable, examine

    config = configuration()
    chosen = _chosen(config, ids) or list(config.sources)
    reached = True
    try:
        with _asking() as tick:
            found = examine(config, chosen, store_if_any(config), now=scheduler.now(), progress=tick)
    except Unreachable as exc:
        err.print(f"{exc}; what follows is what the store tells", markup=False)
        found, reached = exc.findings, False
    own = local_ids(config)
    rows = []
    for source in chosen:
        for finding in found[source.id]:
            head = [] if source.id in own else ["[[source]]", f'id = "{source.id}"']
            fix = [line(key, value) for key, value in finding.fix.items()]
            rows.append({
                "id": source.id, "finding": finding.what, "serious": finding.serious, "why": finding.why,
                "fix": [*head, *fix] if fix else [],
            })  # fmt: skip
    if json_:
        click.echo(json.dumps(plain(rows), ensure_ascii=False, indent=2))
    else:
        _print_findings(rows, own)
        if reached:
            ill = len({row["id"] for row in rows if row["serious"]})
            whole = f"{len(chosen)} source{'s' * (len(chosen) != 1)}"
            click.echo(f"{ill} of {whole} need{'s' * (ill == 1)} something" if ill else f"{whole}: nothing serious")
    leave(3 if any(row["serious"] for row in rows) or not reached else 0)


def _print_findings(rows: list[dict[str, Any]], own: set[str]) -> None:
    for row in rows:
        click.echo(f"{row['id']}: {row['finding']}{'' if row['serious'] else ' (is read all the same)'}")
        click.echo(f"  {row['why']}")
        if row["fix"]:
            where = "in its entry of sources.local.toml" if row["id"] in own else "in sources.local.toml"
            click.echo(f"  {where}:")
            click.echo("".join(f"    {text}\n" for entry in row["fix"] for text in entry.splitlines()), nl=False)


@contextmanager
def _asking() -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar around a look at sources; a scout that died is told in a sentence."""
    from crawler.roster.probe import ProbeError

    try:
        with progress() as tick:
            yield tick
    except ProbeError as exc:
        raise Failed(str(exc)) from exc


def _chosen(config: Config, ids: tuple[str, ...]) -> list[Source]:
    """The sources of these ids. Raises WrongUse with the nearest spelling."""
    found = []
    for id in dict.fromkeys(ids):
        source = config.source(id)
        if source is None:
            guess = near(id, [source.id for source in config.sources])
            hint = f" (did you mean {guess!r}?)" if guess else "; see `tripoint sources list`"
            raise WrongUse(f"no source {id!r}{hint}")
        found.append(source)
    return found
