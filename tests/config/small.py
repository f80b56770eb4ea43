"""A config folder that loads quickly: the shipped settings, no sources, and a lexicon of one concept."""

from __future__ import annotations

from pathlib import Path

from config.folder import LOCAL
from config.load import shipped

CONCEPT = '[[concept]]\nid = "china"\nkind = "state"\ncountry = "CN"\nen = ["China"]\n'


def small_folder(path: Path) -> Path:
    """Make `path` such a folder."""
    (path / "lexicon").mkdir(parents=True)
    (path / "lexicon" / "states.toml").write_text(CONCEPT, encoding="utf-8")
    (path / "tripoint.toml").write_bytes((shipped() / "tripoint.toml").read_bytes())
    (path / "sources.local.toml").write_text(LOCAL["sources.local.toml"], encoding="utf-8")
    return path
