"""Stories by hand: what there is, why it is so, and an operator's corrections, which no later run undoes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import click

import scheduler
from cli.shell import Commands, WrongUse, as_json, command, configuration, listing, main, moment, out, plain, store
from store import db


@main.group(cls=Commands)
def stories() -> None:
    """Articles about one event."""


@command(stories, "list")
@click.option(
    "--since", metavar="T", default="2d", show_default=True, help="Told since: 2d, 36h, or an ISO date or time."
)
@as_json
def stories_list(since: str, json_: bool) -> None:
    """The stories of the last days, newest first, with who told them.

    \b
    Example: tripoint stories list --since 36h
    """
    from cli.rows import story_rows

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
    from cli.rows import member_rows

    config = configuration()
    with db.reading(store(config)) as conn:
        rows = member_rows(conn, id)
    if rows is None:
        raise WrongUse(f"no story {id}; see `tripoint stories list`")
    listing(rows, json_, "no article in it")


@command(stories, "explain")
@click.argument("id", type=int)
@click.option("--edition", metavar="NAME", help="Whose next issue (default: the first edition's).")
@as_json
def stories_explain(id: int, edition: str | None, json_: bool) -> None:
    """Why a story is what it is: each article with the parts of its score and the subjects it shares, whose text is
    whose, what the rank is made of, what is known of the sides that did not tell it, and why the next issue has it or
    not.

    \b
    Example: tripoint stories explain 12
    """
    from digest.explain import explained
    from digest.publish import PublishError

    config = configuration()
    try:
        with db.reading(store(config)) as conn:
            found = explained(config, conn, id, scheduler.now(), edition)
    except PublishError as exc:
        raise WrongUse(str(exc)) from exc
    if found is None:
        raise WrongUse(f"no story {id}; see `tripoint stories list`")
    if json_:
        click.echo(json.dumps(plain(asdict(found)), ensure_ascii=False, indent=2))
        return
    story = found.story
    merged = f" (asked for as {id}, which was merged into it)" if story.id != id else ""
    marks = "".join(f", {mark}" for mark in ("pinned", "hidden") if getattr(story, mark))
    lines = {
        "story": f"{story.id}{merged}, about {found.about or 'no edge'}{marks}",
        "follows": f"story {story.follows}" if story.follows is not None else "",
        "matched by": found.engine,
        "rank": found.rank_words,
        "next issue": found.next_issue,
        "told": "; ".join(found.told) or "in no issue yet",
        "quiet": f"\n{'':<11} ".join(found.quiet),
        "corrected": "; ".join(found.corrected),
    }
    for name, text in lines.items():
        if text:
            out.print(f"{name:<11} {text}", markup=False)
    for member in found.members:
        out.print()
        changed = f", headline changed {member.headlines - 1} times" if member.headlines > 1 else ""
        out.print(f"{member.article}  {member.title}", markup=False)
        out.print(
            f"    {member.published:%Y-%m-%d %H:%M}  {member.outlet} ({member.side}, {member.ownership}), "
            f"{member.role}{changed}",
            markup=False,
        )
        out.print(f"    why     {member.why}", markup=False)
        if member.common:
            out.print(f"    shares  {', '.join(member.common)}", markup=False)


def _corrected(work: Callable[[], str]) -> None:
    """Do it and say what was done; a correction that makes no sense is wrong use."""
    from digest.stories.corrections import CorrectionError

    try:
        click.echo(work())
    except CorrectionError as exc:
        raise WrongUse(str(exc)) from exc


@command(stories, "merge")
@click.argument("a", type=int)
@click.argument("b", type=int)
def stories_merge(a: int, b: int) -> None:
    """Make one story of two. The older number stays, the other leads there; no later run takes them apart.

    \b
    Example: tripoint stories merge 12 15
    """
    from digest import correct

    engine = store(configuration())
    _corrected(lambda: correct.merge(engine, a, b, scheduler.now()))


@command(stories, "split")
@click.argument("id", type=int)
@click.argument("articles", type=int, nargs=-1, required=True, metavar="ARTICLE...")
def stories_split(id: int, articles: tuple[int, ...]) -> None:
    """Make two stories of one: the articles named, and the rest. The half with the oldest article keeps the number; no
    later run joins them. `tripoint stories show ID` has the articles' numbers.

    \b
    Example: tripoint stories split 12 340 341
    """
    from digest import correct

    engine = store(configuration())
    _corrected(lambda: correct.split(engine, id, articles, scheduler.now()))


@command(stories, "pin")
@click.argument("id", type=int)
@click.option("--off", is_flag=True, help="Undo it.")
def stories_pin(id: int, off: bool) -> None:
    """Let a story stand first in its section of the next issues, marked, while it has something new.

    \b
    Example: tripoint stories pin 12
    """
    from digest import correct

    engine = store(configuration())
    _corrected(lambda: correct.pin(engine, id, off=off))


@command(stories, "hide")
@click.argument("id", type=int)
@click.option("--off", is_flag=True, help="Undo it.")
def stories_hide(id: int, off: bool) -> None:
    """Keep a story out of every issue to come. Issues that are out do not change.

    \b
    Example: tripoint stories hide 12
    """
    from digest import correct

    engine = store(configuration())
    _corrected(lambda: correct.hide(engine, id, off=off))
