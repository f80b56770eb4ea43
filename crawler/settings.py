"""Scrapy's settings. Each line that differs from Scrapy's default says what that is and why."""

from __future__ import annotations

from typing import Any

from config import VERSION, Config
from crawler.articles import COLUMNS

MIB = 2**20

BOT_NAME = "tripoint"
SPIDER_MODULES = ["crawler.spiders"]
SPIDER_LOADER_CLASS = "crawler.spiders.loader.SourceLoader"  # a source's id is a spider's name

# -- the door: Scrapy's defaults do not fit addresses that strangers write --
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardResolver"  # works as a process setting only
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.Handler",
    "https": "crawler.handler.Handler",
    "file": None,  # default: on, like the three below
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_MAXSIZE = 8 * MIB  # default 1 GiB; a bomb
DOWNLOAD_WARNSIZE = 0  # default 32 MiB; the limit above is told as an outcome
DOWNLOAD_TIMEOUT = 30  # default 180; in total
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_FAIL_ON_DATALOSS = True  # a broken-off body is a failure, so that its ETag is never kept
REMOTE_CONTROL_ENABLED = False  # default True: an HTTP server that runs code
TELNETCONSOLE_ENABLED = False  # default True
COOKIES_ENABLED = False  # default True
REFERER_ENABLED = False  # default True
METAREFRESH_ENABLED = False  # default True
HTTPPROXY_ENABLED = False  # default True: behind a proxy the connected address could not be checked
REDIRECT_ENABLED = False  # ours judges every hop
ROBOTSTXT_OBEY = False  # ours is RFC 9309 and keeps its cache
HTTPCACHE_ENABLED = False  # wrong for polling: our own validators are in the store

# -- manners --
USER_AGENT = f"Tripoint/{VERSION} (+https://tripoint.example/bot)"  # `of` puts the operator's own address here
DOWNLOAD_DELAY = 5  # default 0; seconds between two requests to one host
DOWNLOAD_DELAY_JITTER = 0  # default 0.5: it would ask sooner than it promises
CONCURRENT_REQUESTS = 64  # default 16; most feeds have a host of their own
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8
DOWNLOADER = "crawler.hosts.Slots"  # forgets a host that nothing is wanted of any more
# default 10; they look names up, and ten names whose server never answers would hold up all the others
REACTOR_THREADPOOL_MAXSIZE = CONCURRENT_REQUESTS
DEFAULT_REQUEST_HEADERS = {
    "Accept": "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
    "Accept-Encoding": "gzip, br",
}
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO; the newest article first, as they were listed
RETRY_TIMES = 2  # connections that broke, never answers
RETRY_HTTP_CODES: list[int] = []  # default 500, 503, 429 ...: asking again at once is what they ask us not to do
RETRY_EXCEPTIONS = [  # default also names that do not resolve, refused connections and time-outs
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionDone",
    "twisted.internet.error.ConnectionLost",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # default ERROR; it is told as an outcome

# -- the way of a response: what is named here and nothing else, whatever Scrapy would add (its *_BASE defaults) --
DOWNLOADER_MIDDLEWARES_BASE: dict[str, Any] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.Door": 50,
    "crawler.middlewares.Robots": 100,
    "crawler.middlewares.Reservations": 110,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "crawler.middlewares.Redirects": 600,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    "crawler.warc.Tape": 900,
}
ITEM_PIPELINES = {"crawler.pipelines.Judging": 100}
EXTENSIONS_BASE: dict[str, Any] = {}
EXTENSIONS = {
    "crawler.recorder.Recorder": 500,
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.logstats.LogStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
}
SPIDER_MIDDLEWARES_BASE: dict[str, Any] = {}  # each would pass on everything that a spider gives, one by one
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # two sources at one address share a request by plan
CONCURRENT_ITEMS = 1  # default 100, which makes 100 tasks per response: a quarter of the CPU
DEFAULT_DROPITEM_LOG_LEVEL = "DEBUG"  # off topic is no warning
FEED_EXPORT_FIELDS = list(COLUMNS)
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "WARNING"  # default DEBUG
STATS_DUMP = False

# -- a crawl in a process of its own tells what it does otherwise; `scrapy crawl NAME` keeps Scrapy's ways --
lean: dict[str, Any] = {
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DOWNLOADER_STATS": False,
    "LOG_FORMATTER": "crawler.quiet.Quiet",
    "EXTENSIONS": {"crawler.recorder.Recorder": 500},
}


def of(config: Config) -> dict[str, Any]:
    """The settings that follow from the operator's config."""
    contact = f"; {config.politeness.contact}" if config.politeness.contact else ""
    return {
        "USER_AGENT": f"Tripoint/{VERSION} (+{config.web.public_url.rstrip('/')}/bot{contact})",
        # Never quite 0: without a delay Scrapy 2.19 empties a host's queue before it counts the first request as begun,
        # so that its one connection becomes many
        "DOWNLOAD_DELAY": max(config.politeness.spacing, 0.001),
        "DOWNLOAD_TIMEOUT": config.politeness.timeout,
    }
