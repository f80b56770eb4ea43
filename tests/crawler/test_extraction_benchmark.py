"""The extraction benchmark scores any folder of its shape, with the keys that its readers expect."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.extraction import f1_of, same_authors, same_day, same_title, shingle_score
from crawler.extract import extract
from tests.crawler import pages

ROOT = Path(__file__).parents[2]


def _folder(path: Path) -> Path:
    whole = "\n".join((*pages.PARAGRAPHS[:2], *pages.PARAGRAPHS[2:]))
    sets = path / "scrapinghub"
    sets.mkdir()
    (sets / "one.html.gz").write_bytes(gzip.compress(pages.blog()))
    (sets / "ground-truth.json").write_text(
        json.dumps({"one": {"articleBody": whole, "url": "https://blog.example/1"}})
    )
    country = path / "fundus" / "xx"
    country.mkdir(parents=True)
    (country / "Northgate_2026_11_23.html.gz").write_bytes(gzip.compress(pages.outlet()))
    gold = {
        "title": pages.TITLE, "authors": ["Ivan Petrov", "Li Wei"], "publishing_date": "2026-11-23 15:40:00+00:00",
        "body": {"summary": [], "sections": [{"headline": [], "paragraphs": list(pages.PARAGRAPHS)}]},
    }  # fmt: skip
    (country / "Northgate.json").write_text(json.dumps({"V1": gold}))
    about = {"Northgate_2026_11_23.html.gz": {"url": "https://northgate.example/world/berth"}}
    (country / "meta.json").write_text(json.dumps(about))
    return path


def test_a_folder_is_scored_from_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.extraction", "--data", str(_folder(tmp_path)), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["scrapinghub"]["f1"] > 0.8 and told["fundus"]["body_f1"] > 0.8
    assert (told["fundus"]["title"], told["fundus"]["date"], told["fundus"]["author"]) == (1.0, 1.0, 1.0)
    assert told["pages_per_cpu_s"] > 0 and told["failed"] == []


def test_the_scores_mean_what_they_say() -> None:
    assert shingle_score("a b c d e", "a b c d e") == (1.0, 0.0, 0.0)
    assert shingle_score("a b c d", "w x y z")[0] == 0.0
    assert shingle_score("三座港口达成一致", "三座港口达成一致")[0] == 1.0
    assert f1_of([(1.0, 0.0, 0.0), (0.0, 0.5, 0.5)])["f1"] == 0.5
    assert same_title("Grain berth agreed", "Grain berth agreed | Northgate") and not same_title("Grain", "Other")
    assert same_authors(["Li Wei", "Anna Ode"], "Anna Ode, Li Wei") and same_authors([], "Li Wei") is None
    found = extract(pages.outlet(), url="https://northgate.example/x")
    assert same_day("2026-11-23 23:50:00+03:00", found.published) and not same_day("2026-11-25", found.published)
