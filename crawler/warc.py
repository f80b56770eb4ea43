"""Keep every response of a crawl in a WARC file (ISO 28500), or answer a crawl from one."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.recording import Recording
from crawler.verdict import Refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

class Tape:
    """Downloader middleware, next to the network: `--record` writes down, `--replay` answers instead."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._recording: Recording | None = None
        self._writer: WARCWriter | None = None
        self._out: BinaryIO | None = None
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Tape:
        return cls(crawler)

    @property
    def _options(self) -> Any:
        job = getattr(self.crawler.spider, "job", None)
        return job.options if job is not None else None

    def process_request(self, request: Request) -> Response | None:
        options = self._options
        if options is None or options.replay is None:
            return None
        if self._recording is None:
            self._recording = Recording(options.replay)
        limit = request.meta.get("download_maxsize") or self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        found = self._recording.answer(request.url, limit)
        if found is None and request.meta.get("kind") == "robots":
            return Response(request.url, status=404, request=request)  # it was asked for before the recording began
        if found is None:
            cut = request.url == self._recording.cut
            raise Refusal("not recorded", f"the recording {'breaks off in' if cut else 'does not hold'} its answer")
        status, headers, body, at = found
        if len(body) > limit:
            raise Refusal("too large", "larger than is read")
        request.meta["at"] = at
        kind = responsetypes.from_args(url=request.url, body=body)
        grouped: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            grouped.setdefault(name, []).append(value)
        return kind(request.url, status=status, headers=grouped, body=body, request=request)

    def process_response(self, request: Request, response: Response) -> Response:
        options = self._options
        if options is not None and options.record is not None:
            self._write(options.record, response)
        return response

    def _write(self, path: Path, response: Response) -> None:
        spider: Any = self.crawler.spider
        if self._writer is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.with_name(path.name + ".partial").open("wb")
            self._writer = WARCWriter(self._out, gzip=True)
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.lower() != b"transfer-encoding"  # what we hold is whole
        ]
        record = self._writer.create_warc_record(
            response.url, "response", payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(str(response.status), headers, protocol="HTTP/1.1"),
            # The crawl's own now, not the moment within it: a replay then gives what the crawl gave
            warc_headers_dict={"WARC-Date": spider.job.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )  # fmt: skip
        self._writer.write_record(record)

    def _close(self) -> None:
        if self._recording is not None:
            self._recording.close()
        if self._out is not None:
            self._out.close()
            partial = Path(self._out.name)
            partial.replace(partial.with_name(partial.name.removesuffix(".partial")))
