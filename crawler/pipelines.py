"""What changes an article on its way to the recorder: it is judged again, now in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from crawler.articles import ArticleItem
from topics.relevance import judge

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Judging:
    """Says what an article is about, and drops it where that is nothing of ours."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Judging:
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        if not isinstance(item, ArticleItem):
            return item
        spider: Any = self.crawler.spider
        verdict = judge(
            spider.matcher, item.title, item.lead, item.text, item.language, outlet=item.outlet, home=item.country
        )
        item.relevant = verdict.relevant
        item.edges = tuple(verdict.edges)
        item.about = tuple(sorted(verdict.countries, key=lambda country: (-verdict.countries[country], country)))
        item.concepts = tuple(verdict.concepts)
        if item.gated and not item.relevant:
            raise DropItem("off topic")
        return item
