"""Lists of outlets from and to other readers."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.shell import WrongUse, as_json, command, configuration, leave, listing, out
from cli.sources import sources, write_entries
from config.countries import COUNTRIES
from config.edit import FILE, replaced


@command(sources, "import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--country", metavar="CC", default="", help="For outlets whose country neither list nor address tells.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over; write nothing.")
@as_json
def sources_import(file: Path, country: str, dry_run: bool, json_: bool) -> None:
    """Take over the outlets of an OPML list, as other readers export it. Nobody is asked; `sources check` does that.

    Exit 3 where some outlets had to be left out, each with its line and reason.

    \b
    Example: tripoint sources import feeds.opml --country US
    """
    from crawler.roster.importing import judge
    from crawler.roster.opml import OpmlError, read

    config = configuration()
    if country and country.upper() not in {*COUNTRIES, "XX"}:
        raise WrongUse(f"--country {country}: no such country")
    try:
        outlines = read(file.read_bytes())
    except OpmlError as exc:
        raise WrongUse("\n".join(f"{file}: {fault}" for fault in exc.faults)) from exc
    judged = judge(outlines, config.sources, country.upper())
    rows = [one.row for one in judged if one.row is not None]
    if rows and not dry_run:
        write_entries(config, rows)
    told = [
        {"line": one.line, "name": one.name, "id": one.row["id"] if one.row else None, "added": one.row is not None,
         "why": one.why}
        for one in judged
    ]  # fmt: skip
    listing(told, json_, f"{file} names no feeds")
    if not json_:
        done = "would be added" if dry_run else f"added to {config.folder / FILE}"
        out.print(f"{len(rows)} of {len(judged)} {done}", markup=False)
    leave(0 if len(rows) == len(judged) else 3)


@command(sources, "export")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of to the terminal.")
@click.option("--country", metavar="CC", help="Only this country.")
def sources_export(output: Path | None, country: str | None) -> None:
    """Every configured source as OPML, for other readers and for `sources import`, which loses nothing of it.

    \b
    Example: tripoint sources export --output tripoint.opml
    """
    from crawler.roster.opml import write

    config = configuration()
    chosen = [source for source in config.sources if country is None or source.country == country.upper()]
    body = write(chosen, "Tripoint")
    if output is None:
        sys.stdout.buffer.write(body)
    else:
        replaced(output, body)
        click.echo(f"{output}: {len(chosen)} sources")
