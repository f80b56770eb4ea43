"""Scores extraction on folders of saved pages with gold: python -m benchmarks.extraction --data PATH --json.

PATH is a folder with any of the sub-folders scrapinghub/, fundus/, trafilatura/, readability/, newspaper4k/, or one of
these itself. Pages go through crawler.extract as a crawl would hand them over; the gold is seen by the scorer only.
Network access is blocked for the whole run.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import socket
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from crawler.extract import Extracted, ExtractError, extract

SETS = ("scrapinghub", "fundus", "trafilatura", "readability", "newspaper4k")


@dataclass
class Tally:
    """Extraction's cost over one set, and the pages it failed on."""

    pages: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    raw: list[tuple[bytes, str]] = field(default_factory=list)  # kept for the comparison with bare trafilatura

    def read(self, body: bytes, url: str, name: str) -> Extracted:
        started = time.process_time()
        try:
            result = extract(body, url=url)
        except ExtractError as exc:
            self.failed.append(f"{name}: {exc}")
            result = Extracted(title="", text="")
        self.seconds += time.process_time() - started
        self.pages += 1
        self.raw.append((body, url))
        return result


# ------------------------------------------------------------------------------------------------- the shingle metric


def shingle_score(truth: str, predicted: str, n: int = 4) -> tuple[float, float, float]:
    """(tp, fp, fn) of n-gram token shingles, normalised by their sum (article-extraction-benchmark, evaluate.py)."""
    true, found = _shingles(truth, n), _shingles(predicted, n)
    tp = fp = fn = 0.0
    for key in true.keys() | found.keys():
        tp += min(true[key], found[key])
        fp += max(0, found[key] - true[key])
        fn += max(0, true[key] - found[key])
    total = tp + fp + fn
    return (tp / total, fp / total, fn / total) if total else (0.0, 0.0, 0.0)


_TOKEN = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


def _shingles(text: str, n: int) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", _UNSPACED.sub(r" \1 ", text or ""), re.UNICODE)
    if 0 < len(tokens) < n:
        return Counter([tuple(tokens)])
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def f1_of(scores: list[tuple[float, float, float]]) -> dict[str, float]:
    """Mean precision and recall over pages, and the harmonic mean of the means, as the source computes them."""
    precisions = [tp / (tp + fp) if tp + fp else 0.0 for tp, fp, _ in scores if tp + fp > 0]
    recalls = [tp / (tp + fn) if tp + fn else 0.0 for tp, _, fn in scores if tp + fn > 0]
    precision = sum(precisions) / len(precisions) if precisions else 0.0
    recall = sum(recalls) / len(recalls) if recalls else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


# ---------------------------------------------------------------------------------------------------------- the sets


def scrapinghub(folder: Path, tally: Tally, tell: Callable[[str], None]) -> dict[str, Any]:
    gold = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    scores = []
    for name, row in sorted(gold.items()):
        body = _page(folder, f"{name}.html")
        if body is None:
            continue
        found = tally.read(body, row.get("url", ""), name)
        scores.append(shingle_score(row["articleBody"], found.text))
        tell(
            "scrapinghub {:.2f} fp {:.2f} fn {:.2f}".format(*scores[-1]) + f" {name[:12]} {row.get('url', '')[:80]}"
        )
    return {**f1_of(scores), "pages": len(scores)}


def fundus(folder: Path, tally: Tally, tell: Callable[[str], None]) -> dict[str, Any]:
    scores, titles, dates, authors, unpaired = [], [], [], [], []
    for name, body, url, versions in _fundus_pages(folder):
        versions = [gold for gold in versions if on_page(fundus_body(gold), body)]
        if not versions:
            unpaired.append(name)
            continue
        found = tally.read(body, url, name)
        best = max(versions, key=lambda gold: shingle_score(fundus_body(gold), found.text)[0])
        score = shingle_score(fundus_body(best), found.text)
        scores.append(score)
        titles.append(same_title(best.get("title"), found.title))
        dates.append(same_day(best.get("publishing_date"), found.published))
        authors.append(same_authors(best.get("authors") or [], found.author))
        tell(f"fundus {score[0]:.2f} fp {score[1]:.2f} fn {score[2]:.2f} {name}")
        if not titles[-1]:
            tell(f"  title {best.get('title')!r} != {found.title!r}")
        if not dates[-1]:
            tell(f"  date {best.get('publishing_date')!r} != {found.published} ({found.published_raw!r})")
        if authors[-1] is False:
            tell(f"  author {best.get('authors')!r} != {found.author!r}")
    body_score = f1_of(scores)
    return {
        "body_f1": body_score["f1"],
        "body_precision": body_score["precision"],
        "body_recall": body_score["recall"],
        "title": _share(titles),
        "date": _share(dates),
        "author": _share(a for a in authors if a is not None),
        "pages": len(scores),
        "without_gold": unpaired,
    }


def trafilatura(folder: Path, tally: Tally, tell: Callable[[str], None]) -> dict[str, Any]:
    gold = json.loads((folder / "evaldata.json").read_text("utf-8"))
    counts: Counter[str] = Counter()
    titles, dates = [], []
    for url, row in sorted(gold.items()):
        body = _page(folder, row["file"])
        if body is None:
            continue
        found = tally.read(body, url if url.startswith("http") else "", row["file"])
        text = _folded(found.text)
        missing = [part for part in row["with"] if _folded(part) not in text]
        extra = [part for part in row["without"] if _folded(part) in text]
        counts.update(tp=len(row["with"]) - len(missing), fn=len(missing), fp=len(extra))
        if row.get("title"):
            titles.append(same_title(row["title"], found.title))
        if row.get("date"):
            dates.append(same_day(row["date"], found.published))
        if missing or extra:
            tell(f"trafilatura {row['file']} missing {[m[:50] for m in missing]} extra {[e[:50] for e in extra]}")
    precision, recall = (
        counts["tp"] / max(1, counts["tp"] + counts["fp"]),
        counts["tp"] / max(1, counts["tp"] + counts["fn"]),
    )
    return {
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "precision": precision,
        "recall": recall,
        "title": _share(titles),
        "date": _share(dates),
        "pages": sum(1 for row in gold.values() if _page(folder, row["file"]) is not None),
    }


def readability(folder: Path, tally: Tally, tell: Callable[[str], None]) -> dict[str, Any]:
    scores, titles = [], []
    for name in sorted({path.name.split("__")[0] for path in folder.iterdir() if "__source" in path.name}):
        body, expected = _page(folder, f"{name}__source.html"), _page(folder, f"{name}__expected.html")
        if body is None or expected is None:
            continue
        found = tally.read(body, f"https://{name}.example/", name)
        scores.append(shingle_score(_as_text(expected), found.text))
        about = folder / f"{name}__expected-metadata.json"
        if about.exists() and (title := json.loads(about.read_text("utf-8")).get("title")):
            titles.append(same_title(title, found.title))
            if not titles[-1]:
                tell(f"  readability title {title!r} != {found.title!r}")
        tell(f"readability {scores[-1][0]:.2f} fp {scores[-1][1]:.2f} fn {scores[-1][2]:.2f} {name}")
    return {**f1_of(scores), "title": _share(titles), "pages": len(scores)}


def newspaper4k(folder: Path, tally: Tally, tell: Callable[[str], None]) -> dict[str, Any]:
    scores: list[tuple[float, float, float]] = []
    titles: list[bool] = []
    for path in sorted(folder.glob("*.txt")):
        body = _page(folder, f"{path.stem}.html")
        if body is None:
            continue
        about = folder / f"{path.stem}.json"
        row = json.loads(about.read_text("utf-8")) if about.exists() else {}
        found = tally.read(body, row.get("url") or "", path.stem)
        scores.append(shingle_score(path.read_text("utf-8"), found.text))
        if row.get("title"):
            titles.append(same_title(row["title"], found.title))
        tell(f"newspaper4k {scores[-1][0]:.2f} fp {scores[-1][1]:.2f} fn {scores[-1][2]:.2f} {path.stem}")
    return {**f1_of(scores), "title": _share(titles), "pages": len(scores)}


SCORERS: dict[str, Callable[[Path, Tally, Callable[[str], None]], dict[str, Any]]] = {
    "scrapinghub": scrapinghub,
    "fundus": fundus,
    "trafilatura": trafilatura,
    "readability": readability,
    "newspaper4k": newspaper4k,
}


# ---------------------------------------------------------------------------------------------------------- matching


def fundus_body(gold: dict[str, Any]) -> str:
    """The gold body as text: summary, then headlines and paragraphs in order."""
    body = gold.get("body") or {}
    lines = list(body.get("summary") or ())
    for section in body.get("sections") or ():
        lines += [*section.get("headline", ()), *section.get("paragraphs", ())]
    return "\n".join(lines)


def on_page(truth: str, body: bytes) -> bool:
    """True if the page holds a paragraph of this gold at all, in markup or in a script: some saved pages have none."""
    source = body.decode("utf-8", "ignore")
    source += re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), source) if "\\u0" in source else ""
    page = _folded(re.sub(r"<[^>]{1,300}>", "", source))
    samples = sorted((_folded(line) for line in truth.split("\n")), key=len, reverse=True)[:6]
    return any(sample[at : at + 30] in page for sample in samples for at in (0, len(sample) // 2) if len(sample) >= 60)


def same_title(truth: str | None, found: str) -> bool:
    """Equal, or one contained in the other (a kicker or a site's name more or less), letters and digits only."""
    a, b = _folded(truth or ""), _folded(found)
    return bool(a) and bool(b) and (a == b or ((a in b or b in a) and min(len(a), len(b)) >= 0.5 * max(len(a), len(b))))


def same_day(truth: str | None, found: datetime | None) -> bool:
    """The same day in the gold's own zone, or in UTC."""
    if not truth or found is None:
        return False
    stated = datetime.fromisoformat(str(truth).replace("Z", "+00:00"))
    if stated.tzinfo is None:
        return stated.date() == found.date()
    return found.astimezone(stated.tzinfo).date() == stated.date() or found.date() == stated.astimezone(UTC).date()


def same_authors(truth: list[str], found: str) -> bool | None:
    """Whether exactly the gold's people are named, order and case aside; None where the gold names nobody."""
    wanted = {_folded(part) for name in truth for part in re.split(r",|\band\b|\bund\b|\be\b", name) if _folded(part)}
    if not wanted:
        return None
    got = {_folded(part) for part in re.split(r",|\band\b|\bund\b|\be\b", found) if _folded(part)}
    return wanted == got


def _folded(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", html.unescape(text)).casefold() if char.isalnum())


def _share(values: Iterable[bool | None]) -> float:
    listed = list(values)
    return sum(bool(value) for value in listed) / len(listed) if listed else 0.0


# ----------------------------------------------------------------------------------------------------------- reading


def _page(folder: Path, name: str) -> bytes | None:
    for path in (folder / f"{name}.gz", folder / name):
        if path.exists():
            data = path.read_bytes()
            return gzip.decompress(data) if path.suffix == ".gz" else data
    return None


def _fundus_pages(folder: Path) -> Iterator[tuple[str, bytes, str, list[dict[str, Any]]]]:
    """Each page with its address and the gold of every version of its publisher."""
    for gold_path in sorted(folder.rglob("*.json")):
        if gold_path.name == "meta.json":
            continue
        versions = list(json.loads(gold_path.read_text("utf-8")).values())
        about = gold_path.parent / "meta.json"
        addresses = json.loads(about.read_text("utf-8")) if about.exists() else {}
        for page in sorted(gold_path.parent.glob(f"{gold_path.stem}_[12]*.html*")):
            data = page.read_bytes()
            body = gzip.decompress(data) if page.suffix == ".gz" else data
            row = addresses.get(page.name) or addresses.get(page.name.removesuffix(".gz")) or {}
            yield f"{gold_path.parent.name}/{page.name}", body, row.get("url", ""), versions


def _as_text(markup: bytes) -> str:
    from lxml import html as lxml_html

    return str(lxml_html.document_fromstring(markup.decode("utf-8", "replace") or "<p></p>").text_content())


# ------------------------------------------------------------------------------------------------------------ running


def bare_rate(pages: list[tuple[bytes, str]]) -> float:
    """Pages per CPU-second of bare trafilatura (fast, with its metadata) on the same pages: the yardstick for ours."""
    import trafilatura as library

    started = time.process_time()
    for body, url in pages:
        library.bare_extraction(body, url=url or None, fast=True, with_metadata=True)
    return len(pages) / max(1e-9, time.process_time() - started)


def score(data: Path, tell: Callable[[str], None], *, compare: bool = False) -> dict[str, Any]:
    """Every set found under `data`, and the speed over all of them."""
    folders = {name: data / name for name in SETS if (data / name).is_dir()}
    if not folders and data.name in SETS:
        folders = {data.name: data}
    if not folders and (data / "ground-truth.json").exists():
        folders = {"scrapinghub": data}
    if not folders and (data / "evaldata.json").exists():
        folders = {"trafilatura": data}
    if not folders and any(data.glob("*/meta.json")):
        folders = {"fundus": data}
    tally = Tally()
    result: dict[str, Any] = {name: SCORERS[name](folder, tally, tell) for name, folder in folders.items()}
    result |= {"pages": tally.pages, "failed": tally.failed, "pages_per_cpu_s": tally.pages / max(1e-9, tally.seconds)}
    if compare:
        result["bare_trafilatura_pages_per_cpu_s"] = bare_rate(tally.raw)
        result["speed_ratio"] = result["pages_per_cpu_s"] / result["bare_trafilatura_pages_per_cpu_s"]
    return result


def read_warc(path: Path) -> dict[str, Any]:
    """Extract every HTML page of a capture: how many came out, how many failed and why, in how much CPU time."""
    from warcio.archiveiterator import ArchiveIterator

    tally = Tally()
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream):
            headers = record.http_headers
            kind = (headers.get_header("Content-Type") or "") if headers is not None else ""
            if record.rec_type == "response" and kind.startswith(("text/html", "application/xhtml")):
                tally.read(
                    record.content_stream().read(),
                    record.rec_headers.get_header("WARC-Target-URI"),
                    record.rec_headers.get_header("WARC-Target-URI"),
                )
    return {
        "pages": tally.pages,
        "extracted": tally.pages - len(tally.failed),
        "failed": tally.failed,
        "cpu_seconds": tally.seconds,
        "pages_per_cpu_s": tally.pages / max(1e-9, tally.seconds),
    }


def _no_network(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("extraction tried to open a socket")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the sets")
    parser.add_argument("--warc", type=Path, help="a capture whose pages are all to be extracted")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--each", action="store_true", help="print every page's score to stderr")
    parser.add_argument("--compare", action="store_true", help="also time bare trafilatura on the same pages")
    args = parser.parse_args()
    if args.data is None and args.warc is None:
        parser.error("give --data or --warc")
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    socket.getaddrinfo = _no_network
    tell = (lambda line: print(line, file=sys.stderr)) if args.each else (lambda line: None)
    result = score(args.data, tell, compare=args.compare) if args.data else {}
    if args.warc:
        result["warc"] = read_warc(args.warc)
    flat = {
        f"{name}.{key}": figures[key]
        for name, figures in result.items()
        if isinstance(figures, dict)
        for key in ("f1", "body_f1", "title", "date", "author")
        if key in figures
    }
    print(json.dumps({**result, **flat}, ensure_ascii=False, indent=None if args.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
