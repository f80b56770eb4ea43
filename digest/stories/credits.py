"""Credit lines ("News from …", "Источник: …", "据…报道"), read from the line itself, never from a list of outlets.

A credit counts where credits stand: in a line of its own at either end of the text, in brackets at a paragraph's end,
in the dateline, or as the first words of the first sentence. "according to the ministry" in mid-text is a source.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from topics.script import folded, is_han


@dataclass(frozen=True, slots=True)
class Credit:
    """`name` is the outlet credited. `dateline`: the text itself is that outlet's ("MOSCOW (Reuters) —")."""

    name: str
    dateline: bool = False


_LINE = 160  # characters: a credit line is short, a sentence that happens to name an outlet is not
_NAME = r"(?P<name>[^\n()（）|;；]{2,60}?)"
_BY_LEAVE = r"(?:by agreement|by arrangement|with permission|under licen[cs]e|used with|all rights|©).*"
_TAIL_EN = rf"(?:\s*[,.;]?\s*{_BY_LEAVE})?[.!\s]*$"

# Whole lines. The verb or the label does the work; what follows it is the name.
_LINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:this (?:story|article|report|piece|post|text) )?(?:is |was |has been )?(?:(?:the )?(?:news|story|"
        r"report|text|article|"
        r"material|content|information|reporting|coverage|facts?) )?(?:is |are |comes? |taken |adapted |reprinted "
        r"|republished |"
        r"rewritten |summari[sz]ed |compiled |condensed |translated |borrowed |paraphrased |retold |sourced "
        r")?(?:courtesy of|from|via)"
        r"(?: (?:a|an|the) (?:report|story|article|piece|dispatch|original)s?(?: (?:by|from|in|of|at))?)?:? "
        + _NAME
        + _TAIL_EN,
        r"^(?:source|sources|via|credit|credits|h/t|hat tip|original|original story|original article|original report|"
        r"original source|read the original|full story|full report|read more at|text|reporting|news source|story "
        r"source|"
        r"article source|source of (?:the )?(?:news|story|article))(?: (?:at|on|by|from|in))?\s*[:\-–—]\s*"
        + _NAME
        + _TAIL_EN,
        r"^(?:based on|with (?:reporting|material|materials|information|reports?) (?:by|from)|as (?:first "
        r")?(?:reported|published) by|"
        r"first (?:reported|published) (?:by|in|on|at)|originally (?:reported|published|appeared)(?: (?:by|in|on|at))?|"
        r"according to|reported (?:earlier )?by|adapted from|summari[sz]ed from|rewritten from|"
        r"(?:this )?(?:story|article|piece|report|post) (?:first |originally )?appeared (?:in|on|at)|"
        r"(?:this )?(?:story|article|piece|report|post) (?:was )?(?:first |originally )?(?:published|reported) "
        r"(?:by|in|on|at))"
        r"(?: (?:a|an|the))?(?: (?:report|story|article|reporting|reports|coverage|materials?|dispatch|investigation))?"
        r"(?: (?:by|from|in|of|on|at))? ?(?:the )?" + _NAME + _TAIL_EN,
        r"^(?:источник|источники|источник новости|источник информации|первоисточник|оригинал|оригинал статьи|"
        r"материал|текст|фото и текст|новость|"
        r"перепечатано из|перепечатка|взято с|взято из|полная версия)\s*[:—–-]\s*" + _NAME + r"[.!\s]*$",
        r"^(?:по (?:материалам|сообщению|сообщениям|информации|публикации|публикациям|статье|данным|мотивам)|"
        r"(?:как )?(?:сообщает|сообщают|сообщил|сообщила|сообщило|пишет|пишут|передает|передаёт|передают|передало|"
        r"рассказал|рассказала|рассказало)|"
        r"со ссылкой на|ссылка на|пересказ (?:статьи|материала|публикации)(?: из)?|изложение (?:статьи|материала)|"
        r"новость (?:от|с сайта|из)|новости (?:от|с сайта|из)|перевод (?:статьи|материала)(?: из)?|"
        r"(?:материал|текст|статья|новость) (?:подготовлен[аы]?|написан[аы]?|составлен[аы]?) (?:по (?:материалам|"
        r"сообщениям|публикации|сообщению)))"
        r"\s*:?\s*" + _NAME + r"[.!\s]*$",
        r"^(?:(?:本文|文章|消息|新闻|内容|资料|信息|稿件|稿件)?(?:来源|出处|来自|转自|转载自|摘自|编译自|改写自|整理自|综合自)|原文(?:来自|出自|链接|刊于|载于)?|"
        r"转载|转自|摘编自|编译自|编译|据|综合)\s*[:：]?\s*"
        + _NAME
        + r"(?:的?(?:报道|消息|报导|电|讯|文章|网站|等媒体报道|编译|整理|改写))?(?:（.*）)?[。.\s]*$",
    )
)
# The first sentence. Only here is "according to X" a credit, and only where X can be an outlet.
_FIRST = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:According to|As reported by|As first reported by|Citing|Per) (?:a |an |the )?(?:report|story|"
        r"article|reports)?\s*(?:by|from|in|on)?\s*"
        r"(?P<name>(?:[A-Z][\w.&'’-]*|of|the|and)(?: (?:[A-Z][\w.&'’-]*|of|the|and|News)){0,4}),",
        r"^(?P<name>[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*){0,4}) (?:reports|reported|writes) (?:that|on \w+ that|"
        r"\w+day that)\b",
        r"^(?:По сообщению|По сообщениям|По информации|Как сообщает|Как сообщил[аои]?|Как пишет|Как передает|Как "
        r"передаёт|Со ссылкой на|"
        r"По материалам|Об этом пишет|Об этом сообщает)"
        r"\s+(?:газеты |газета |издания |издание |агентства |агентство |телеканала |телеканал |портала |портал |"
        r"сайта |сайт |журнала |журнал )?"
        r"(?P<name>[«\"][^»\"]{2,50}[»\"]|[A-ZА-ЯЁ][\w.-]*(?: [A-ZА-ЯЁ][\w.-]*){0,3})",
        r"^(?:据|根据|援引)\s*(?P<name>[^，。、据\n]{2,20}?)\s*(?:\d{1,2}日|当地时间|今日|近日|昨日|周.|星期.|日前)*\s*(?:报道|报导|消息|援引|电|披露|刊文)",
    )
)
_BRACKET_END = re.compile(r"[（(]\s*([^()（）\n]{4,90})\s*[)）][.。]?\s*$")
_DATELINE = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:[A-ZА-ЯЁ][\w .,'’-]{1,40}\s)?\((?P<name>[A-Z][A-Za-z .&'-]{1,30})\)\s*(?:[-–—]+\s*|[A-Z])",
        r"^[A-ZА-ЯЁ][A-ZА-ЯЁ -]{2,30}, \d{1,2} [а-я]+\.? ?[—–-]? ?/?(?P<name>[А-ЯЁA-Z][\w -]{2,25}?)/?\.\s",
        r"^[A-ZА-ЯЁ][A-ZА-ЯЁ -]{2,30}, \d{1,2} [а-я]+[.,]? ?[—–-] ?(?P<name>[А-ЯЁA-Z][\w-]{2,25}(?: [А-ЯЁ][\w-]+)?)\. ",
        r"^[（(]?(?P<name>[\u4e00-\u9fff]{2,8}?)(?:[\u4e00-\u9fff]{2,6})?\d{1,2}月\d{1,2}日(?:电|讯)",
    )
)
_GENERIC = re.compile(
    r"^(?:the )?(?:media|reports?|local media|state media|press|agencies|agency|wires?|news agencies|staff|wire "
    r"reports|editor|editors|"
    r"author|admin|internet|web|sources?|officials?|there|here|us|me|him|them|it|this|that|home|work|page \d+|"
    r"сми|агентства?|пресса|интернет|открытых источников|открытые источники|собеседник\w*|источник\w*|редакци\w*|"
    r"автор\w*|"
    r"外媒|媒体|当地媒体|本报|本台|本网|记者|网络|互联网|官方|俄媒|美媒|日媒|法新|有关|了解|悉|介绍|统计|分析|公开|此前|最新|"
    r"多家媒体|有关媒体|综合|社交媒体|知情人士)$",
    re.IGNORECASE,
)
# A body of state, an office or a person is whom a report quotes, not whom it retells.
_OFFICIAL = re.compile(
    r"\b(?:ministry|department|ministries|police|court|officials?|government|office|prosecutors?|kremlin|treasury|"
    r"pentagon|white house|embassy|"
    r"president|minister|spokes\w+|committee|commission|bank of|navy|army|administration|survey|poll|study|data|"
    r"document|figures|"
    r"researchers?|scientists?|lawyers?|analysts?|experts?|witness\w*|customs|institute|university|council|"
    r"agreement|contract|law|plan|rules?)\b"
    r"|министерств|ведомств|управлени|мид\b|минобороны|минфин|госдеп|правительств|полици|прокуратур|"
    r"пресс-секретар|президент|министр|посольств|"
    r"служб|комитет|администраци|кремл|пентагон|цб\b|банк|следстви|дирекци|статистик|эксперт|аналитик|исследовани|"
    r"опрос|"
    r"[部委局院署厅府]$|总局|外交|发言人|专家|学者|公告|通报|文件|数据|规定|计划|协议|法院|警方|海关|大使|银行|研究|调查|通知|公报|条例|声明|报告",
    re.IGNORECASE,
)
_MEDIA = re.compile(
    r"\b(?:news|times|post|daily|journal|herald|tribune|press|wire|radio|tv|television|network|media|gazette|"
    r"chronicle|courier|observer|"
    r"monitor|standard|review|today|bulletin|dispatch|ledger|globe|sun|star|telegraph|mail|magazine|weekly|agency|"
    r"broadcasting|"
    r"[A-Z]{2,5})\b|\.(?:com|org|net|ru|cn|info)\b|[«\"“《]|газет|агентств|телекан|журнал|вестник|новост|известия|"
    r"ведомост|сводк|"
    r"[报社网台刊讯]$|日报|晚报|新闻|通讯社|电视|周刊|时报|财经|早刊|观察",
)


def credited(title: str, text: str, outlets: Collection[str] = ()) -> Credit | None:
    """The outlet that a text credits, or None. `outlets` are known names, which need no further sign of being one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    known = {folded(name) for name in outlets}
    return _dateline(lines[0], known) or _own_line(lines, known) or _first_sentence(lines, known)


def _own_line(lines: list[str], known: Collection[str]) -> Credit | None:
    """A line of its own at the end (before signatures and furniture) or at the very beginning; brackets at an end."""
    for line in [*reversed(lines[-8:]), *lines[:2]]:
        bracket = _BRACKET_END.search(line)
        for candidate in (line, bracket.group(1) if bracket else ""):
            if not 0 < len(candidate) <= _LINE:
                continue
            bare = candidate.strip("*_~[]【】()（）>- \t")
            for pattern in _LINES:
                match = pattern.match(bare)
                name = _name(match.group("name")) if match else ""
                if name and (folded(name) in known or _may_be_outlet(name)):
                    return Credit(name)
    return None


def _first_sentence(lines: list[str], known: Collection[str]) -> Credit | None:
    for line in lines[:2]:
        for pattern in _FIRST:
            match = pattern.match(line)
            if match:
                name = _name(match.group("name"))
                if name and (folded(name) in known or (_may_be_outlet(name) and _MEDIA.search(match.group("name")))):
                    return Credit(name)
    return None


def _dateline(line: str, known: Collection[str]) -> Credit | None:
    for pattern in _DATELINE:
        match = pattern.match(line)
        if match:
            name = _name(match.group("name"))
            stem = next((n for n in known if folded(name).startswith(n)), "")
            if name and (stem or _may_be_outlet(name)):
                return Credit(name, dateline=True)
    return None


def _name(raw: str) -> str:
    """The bare name: quotation marks, articles, addresses and what follows the name taken off; "" where nothing is
    left.
    """
    name = re.sub(r"https?://(?:www\.)?([^/\s]+)\S*", r"\1", raw.strip())
    name = re.split(r"\s[|–—]\s|, (?:by|with|on|in|as|a|an|the|от|для|за)\b|，", name)[0]
    name = name.strip(" \t.,:;!?。，：；«»\"“”‘’《》『』「」'*_")
    name = re.sub(
        r"^(?:the|agency|newspaper|агентства?|газеты?|издания|портала|телеканала|журнала|сайта)\s+",
        "",
        name,
        flags=re.IGNORECASE,
    )
    return name.strip(' \t.,:;«»"“”《》')


def _may_be_outlet(name: str) -> bool:
    """A name, not a clause: begins like a name, is short, is neither a generic word nor a body of state."""
    if _GENERIC.match(name) or (_OFFICIAL.search(name) and not _MEDIA.search(name)):
        return False
    if any(is_han(char) for char in name):
        return len(name) <= 14
    words = name.split()
    if not words or len(words) > 6:
        return False
    small = {"of", "the", "and", "for", "on", "и", "в", "на", "de", "le", "la"}
    return all(w[0].isupper() or w[0].isdigit() or w in small or "." in w[1:-1] for w in words)


def names(name: str, url: str) -> bool:
    """Whether a credited name is only the page's own site ("Source: example.com" on example.com)."""
    host = re.sub(r"^https?://(?:www\.|m\.|amp\.)?", "", url).split("/")[0]
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return len(bare) > 3 and bare in re.sub(r"[^a-z0-9]", "", host)
