"""Pure: how much of each article an item quotes. All its quotations together stay within one budget per article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.issue.issue import Telling
from digest.issue.summary import quotation
from store.records import Article
from topics.script import folded

LEAD = 160  # characters of a side's opening sentence: a line or two under its headline


def leads(tellings: Sequence[Telling], articles: Mapping[int, Article], spent: Counter[int]) -> tuple[Telling, ...]:
    """`tellings` with the opening sentence of each side's report; what they take is added to `spent`, by article."""
    return tuple(_with_lead(telling, articles, spent) for telling in tellings)


def _with_lead(telling: Telling, articles: Mapping[int, Article], spent: Counter[int]) -> Telling:
    report = telling.report
    article = articles.get(report.article) if report else None
    if report is None or article is None or article.reserved or spent[article.id]:
        return telling
    lead = quotation(article.text, article.lead, limit=LEAD, most=1)
    if folded(lead).startswith(folded(report.title)) or folded(report.title).startswith(folded(lead)):
        return telling  # some feeds repeat the headline as the lead
    spent[article.id] += len(lead)
    return replace(telling, lead=lead)
