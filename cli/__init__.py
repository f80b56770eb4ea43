"""By hand: every job and every operator's question. `tripoint --help` is the table of contents."""

from cli import jobs, opml, preview, questions, sources, stories
from cli.shell import main

__all__ = ["jobs", "main", "opml", "preview", "questions", "sources", "stories"]
