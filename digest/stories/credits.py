"""Credit lines ("News from …", "Источник: …", "据…报道"), read from the line itself, never from a list of outlets.

A credit counts where credits stand: in a line of its own at either end of the text, in brackets at a paragraph's end,
in the dateline, or as the first words of the first sentence. Who opens with what a newspaper reports, and names it
within three sentences, retells it. "according to the ministry" in mid-text is a source.
A line is read word by word: words of crediting lead up to the name, and the name is what is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from topics.relevance import sentences
from topics.script import folded, is_han


@dataclass(frozen=True, slots=True)
class Credit:
    """`name` is the outlet credited. `dateline`: the text itself is that outlet's ("MOSCOW (Reuters) —")."""

    name: str
    dateline: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of names beforehand: outlets need no further sign; states, towns, people and offices are none."""

    outlets: frozenset[str] = field(default=frozenset())
    others: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, outlets: Collection[str], others: Collection[str] = ()) -> Names:
        return cls(frozenset(map(folded, outlets)), frozenset(map(folded, others)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINE = 160  # characters: a credit line is short, a sentence that happens to name an outlet is not
_LAST_LINES, _FIRST_LINES = 8, 2  # where such lines stand; below the text come signatures and furniture

# Words that lead up to a name. One of _FIRM must be among them; with only _SOFT the name must look like an outlet's,
# for "Text: Anna Hill" and "Reporting by Anna Hill" are by-lines.
_FILLER = _words(
    """
    this the a an our that which story article report reports reporting news text piece post item dispatch coverage
    material materials information content facts original was is are has been have comes come came taken on from via
    by in at with courtesy of according to as read more full see at: h/t hat tip source sources credit credits first
    originally earlier based adapted reprinted republished rewritten summarised summarized compiled condensed
    translated borrowed paraphrased retold sourced published reported appeared appears carried investigation story's
    thanks это этот эта материал материалы материалам материала текст текста статья статьи статье новость новости
    новостью публикация публикации публикациям по сообщению сообщениям сообщает сообщают сообщил сообщила сообщило
    информации информация пишет пишут передает передают передало рассказал рассказала рассказало как об этом со
    ссылкой на ссылка пересказ изложение перевод из от с сайта источник источники первоисточник оригинал подготовлен
    подготовлена написан составлен основан основе перепечатано перепечатка взято данным мотивам версии полная
    впервые опубликовано опубликован опубликована вышла вышел в газеты газета издания издание агентства агентство
    телеканала телеканал портала портал журнала журнал сми сперва
    """
)
_FIRM = _words(
    """
    via courtesy according source sources credit credits h/t original originally adapted reprinted republished
    rewritten summarised summarized condensed translated borrowed paraphrased retold sourced published reported
    appeared based first материалам сообщению сообщениям сообщает сообщают сообщил сообщила сообщило пишет пишут
    передает передают передало рассказал рассказала рассказало ссылкой ссылка пересказ изложение перевод источник
    источники первоисточник оригинал перепечатано перепечатка взято публикации публикациям мотивам опубликовано
    опубликован опубликована
    """
)
_SOFT = _words(
    """
    news story article report reports reporting text coverage information материал текст статья новость новости
    """
)
_LEADS_ON = _words(
    """
    from via by in on at of to с из от на по материалам сообщению сообщениям информации публикации публикациям
    статье данным мотивам ссылкой сообщает сообщают сообщил сообщила сообщило пишет пишут передает передают передало
    рассказал рассказала рассказало пересказ изложение перевод газеты газета издания издание агентства агентство
    телеканала телеканал портала портал журнала журнал сайта the a an h/t
    """
)
_HAN_LINE = re.compile(
    r"^(?:(?:本文|文章|消息|新闻|内容|资料|信息|稿件|稿源|图文)?(?:来源|出处|来自|转自|转载自|摘自|编译自|改写自|整理自|综合自|摘编自)"
    r"|原文(?:来自|出自|链接|刊于|载于)?|转载|编译|据|根据|综合)[于自]?\s*[:：]?\s*(?P<name>[^\n:：，。]{2,24}?)"
    r"(?:的?(?:报道|报导|消息|电讯|讯|电|文章|网站)(?:编译|整理|改写|综合)?)?[。.\s]*$"
)
_HAN_FIRST = re.compile(
    r"^(?:据|根据|援引)\s*(?P<name>[^，。、据\n]{2,20}?)\s*(?:\d{1,2}月)?"
    r"(?:\d{1,2}日|当地时间|今日|近日|昨日|周[一二三四五六日]|星期.|日前)*\s*(?:报道|报导|消息|披露|刊文)"
)
_CLAUSE = re.compile(r",|，| (?:reports|reported|said|says) | что |\. ")
_BRACKETS = re.compile(r"[（(]\s*([^()（）\n]{4,90})\s*[)）][.。]?\s*$")
_DATELINES = (
    re.compile(r"^(?:[A-ZА-ЯЁ][\w .,'’-]{1,40}\s)?\((?P<name>[A-Z][A-Za-z .&'-]{1,30})\)\s*(?:[-–—]+\s*|[A-Z])"),
    re.compile(
        r"^[A-ZА-ЯЁ][A-ZА-ЯЁ -]{2,30}, \d{1,2} [а-я]+\.? [—–-] ?(?P<name>[А-ЯЁA-Z][\w-]{2,25}(?: [А-ЯЁ][\w-]+)?)\. "
    ),
    re.compile(r"^[A-ZА-ЯЁ][A-ZА-ЯЁ -]{2,30}, \d{1,2} [а-я]+\.? /(?P<name>[А-ЯЁA-Z][\w «»-]{2,25})/"),
    re.compile(r"^[（(]?(?P<name>[\u4e00-\u9fff]{2,4}?(?:社|网|报|台))[\u4e00-\u9fff]{2,8}\d{1,2}月\d{1,2}日(?:电|讯)"),
)
_OPENING = 3  # sentences: what a text retells it says by then; later another outlet is one source among others
_NAME = r"[A-Z][\w.&'’-]*(?: (?:of|the|and|[A-Z][\w.&'’-]*)){0,5}"
_IN_SENTENCE = (
    re.compile(
        rf"(?P<name>{_NAME})(?:, [^.;]{{3,90}},)? (?:first )?"
        r"(?:reports|reported|writes|wrote|has the (?:details|story))\b"
    ),
    # an outlet in quotation marks needs its kind before it: «сообщает „Вестнику“» is said to the paper, not by it
    re.compile(
        r"(?:пишет|пишут|сообщает|передает|выяснила?о?|со ссылкой на)\s+(?:[а-яё-]+\s+){0,3}"
        r"(?:(?:газет|издани|агентств|телеканал|портал|журнал|сайт)[а-яё]*\s+(?P<quoted>«[^»]{2,40}»)"
        r"|(?P<name>[A-ZА-ЯЁ][\w.&-]*(?: [A-ZА-ЯЁ][\w.&-]*){0,4}))"
    ),
    re.compile(
        r"[《“「](?P<name>[^》”」]{2,16})[》”」](?:[（(][^）)]{2,40}[）)])?(?:\d{1,2}月)?(?:当地时间)?"
        r"(?:\d{1,2}日|近日|日前|今日|昨日)?(?:报道|报导|披露|刊文)"
    ),
)
_GENERIC = re.compile(
    r"^(?:(?:local |state |foreign |social |various )?(?:media|press|reports?|agenc(?:y|ies)|wires?|wire reports|"
    r"news agencies|"
    r"staff|editors?|authors?|admin|internet|web|sources?|officials?|there|here|home|work|us|me|him|them|it|"
    r"page \d+|other sources)|"
    r"сми|агентства|пресса|интернет|открыты[ех] источник\w*|собеседник\w*|редакци\w*|автор\w*|"
    r"外媒|媒体|当地媒体|多家媒体|有关媒体|社交媒体|本报|本台|本网|本刊|记者|网络|互联网|官方|俄媒|美媒|日媒|港媒|台媒|中媒|韩媒|"
    r"有关|了解|悉|介绍|统计|分析|公开|此前|最新|综合|知情人士|消息人士)$",
    re.IGNORECASE,
)
# A body of state, an institute, a document is whom a report quotes, not whom it retells.
_OFFICIAL = re.compile(
    r"\b(?:ministry|department|police|court|officials?|government|office|prosecutors?|embassy|president|minister|spokes\w+|"
    r"committee|commission|bank|navy|army|administration|survey|poll|study|data|documents?|figures|researchers?|scientists?|"
    r"lawyers?|analysts?|experts?|witness\w*|customs|institute|university|agreement|contract|law|plan|rules?|company|people)\b"
    r"|министерств|ведомств|управлени|\bмид\b|минобороны|минфин|госдеп|правительств|полици|прокуратур|пресс-секретар|президент"
    r"|министр|посольств|служб|комитет|администраци|кремл|пентагон|\bцб\b|банк|следстви|дирекци|статистик|эксперт|аналитик"
    r"|исследовани|опрос|[部委局院署厅府]$|总局|外交|发言人|专家|学者|公告|通报|文件|数据|规定|计划|协议|法院|警方|海关|大使|银行|"
    r"研究|调查|通知|公报|条例|声明|报告|公司|集团",
    re.IGNORECASE,
)
_MEDIA = re.compile(
    r"\b(?:news|newspaper|times|post|daily|journal|herald|tribune|press|wire|radio|tv|television|network|media|gazette|chronicle|"
    r"courier|observer|monitor|standard|review|today|bulletin|dispatch|ledger|globe|sun|star|telegraph|mail|magazine|weekly|"
    r"agency|broadcasting|examiner|mercury|examiner|inquirer|record|register|sentinel|advocate|guardian|independent)\b"
    r"|\.(?:com|org|net|ru|cn|info|example)\b|[«»\"“《]|газет|агентств|телекан|журнал|вестник|новост|извести|ведомост|сводк|"
    r"курьер|листок|правда|труд|наблюдател|телеграф|[报社网台刊]$|日报|晚报|新闻|通讯社|电视|周刊|时报|财经|早刊|观察|快报",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"^[A-ZА-ЯЁ]{2,6}$")


def credited(text: str, known: Names | None = None) -> Credit | None:
    """The outlet that a text credits, or None."""
    known = known or Names()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    return (
        _dateline(lines[0], known)
        or _own_line(lines, known)
        or _first_words(lines[:_FIRST_LINES], known)
        or _in_opening(" ".join(lines), known)
    )


def _own_line(lines: list[str], known: Names) -> Credit | None:
    """A line of its own, or brackets that close one, at the end or the very beginning."""
    for line in [*reversed(lines[-_LAST_LINES:]), *lines[:_FIRST_LINES]]:
        bracket = _BRACKETS.search(line)
        last = sentences(line)[-1:] if line == lines[-1] else []  # "… . Read the full story at the Globe."
        for candidate in (line, bracket.group(1) if bracket else "", *last):
            if 0 < len(candidate) <= _LINE:
                name = _credit_in(candidate.strip("*_~[]【】()（）>-— \t"), known)
                if name:
                    return Credit(name)
    return None


def _credit_in(line: str, known: Names) -> str:
    """The name that a whole line credits, "" where it credits none."""
    if is_han(line[0]) if line else False:
        match = _HAN_LINE.match(line)
        return _accepted(match.group("name"), known, firm=True) if match else ""
    lead, rest = _split(line)
    words = set(lead)
    if not rest or not words & (_FIRM | _SOFT):
        return ""
    return _accepted(rest, known, firm=bool(words & _FIRM) or "from" in words)


def _split(line: str) -> tuple[list[str], str]:
    """The words that lead up to a name, folded, and the rest; no rest where they do not lead up to anything."""
    lead: list[str] = []
    position = 0
    colon = False
    for match in re.finditer(r"\S+", line):
        word = match.group()
        bare = folded(word).strip(":,—–-")
        if bare and bare not in _FILLER:
            break
        if bare:
            lead.append(bare)
        colon = word.endswith(":") or word in ("—", "–", "-")
        position = match.end()
        if colon and set(lead) & (_FIRM | _SOFT):
            break
    ready = colon or (bool(lead) and lead[-1] in _LEADS_ON)
    return lead, line[position:].strip() if ready else ""


def _first_words(lines: list[str], known: Names) -> Credit | None:
    """ "According to the Globe, …", "Как сообщает газета «Вестник», …", "据…报道，…"."""
    for line in lines:
        if line and is_han(line[0]):
            match = _HAN_FIRST.match(line)
            name = _accepted(match.group("name"), known, firm=False) if match else ""
        else:
            lead, rest = _split(line)
            name = _accepted(_CLAUSE.split(rest, maxsplit=1)[0], known, firm=False) if set(lead) & _FIRM else ""
        if name:
            return Credit(name)
    return None


def _in_opening(text: str, known: Names) -> Credit | None:
    """ "The banks were blacklisted, the Journal reports.", "Об этом пишет газета «Вестник».", "美国《…报》2日报道"."""
    for sentence in sentences(text[: _LINE * 2 * _OPENING])[:_OPENING]:
        for pattern in _IN_SENTENCE:
            for match in pattern.finditer(sentence):
                groups = match.groupdict()
                name = _accepted(groups["name"] or groups.get("quoted") or "", known, firm=False)
                if name:
                    return Credit(name)
    return None


def _dateline(line: str, known: Names) -> Credit | None:
    for pattern in _DATELINES:
        match = pattern.match(line)
        name = _accepted(match.group("name"), known, firm=True) if match else ""
        if name:
            return Credit(name, dateline=True)
    return None


def _accepted(raw: str, known: Names, *, firm: bool) -> str:
    """The bare name if it can be an outlet's, else "". Without a firm cue it must look like one or be known."""
    name = _bare(raw)
    if folded(name) in known.outlets:
        return name
    if not name or folded(name) in known.others or _GENERIC.match(name) or not _shaped(name):
        return ""
    media = bool(_MEDIA.search(raw) or _ACRONYM.match(name))
    if _OFFICIAL.search(name) and not media:
        return ""
    return name if firm or media else ""


def _bare(raw: str) -> str:
    """The name without quotation marks, articles, addresses and what follows it."""
    name = re.sub(r"https?://(?:www\.)?([^/\s]+)\S*", r"\1", raw.strip())
    name = re.split(r"\s[|–—]\s|, (?:[a-zа-я]|©)|，|[!?;；]|\. (?=[A-ZА-ЯЁ])", name)[0]
    name = name.strip(" \t.,:。：«»\"“”‘’《》『』「」'*_")
    return re.sub(r"^(?:the|agency|newspaper) ", "", name, flags=re.IGNORECASE).strip(' «»"“”《》.')


def _shaped(name: str) -> bool:
    """A name, not a clause: short, begins with a capital (or in Chinese, at most 14 characters)."""
    if any(is_han(char) for char in name):
        return 2 <= len(name) <= 14
    words = name.split()
    small = {"of", "the", "and", "for", "on", "in", "и", "в", "на", "de", "le", "la", "&"}
    if not words or len(words) > 6 or not (words[0][0].isupper() or words[0][0].isdigit() or "." in words[0][1:-1]):
        return False
    cyrillic = any("\u0400" <= char <= "\u04ff" for char in name)  # «Беломорский наблюдатель» has one capital
    return all(w[0].isupper() or w[0].isdigit() or w in small or (cyrillic and len(words) <= 4) for w in words[1:])


def own_site(name: str, url: str) -> bool:
    """Whether a credited name is only the page's own site ("Source: example.com" on example.com)."""
    host = re.sub(r"^https?://(?:www\.|m\.|amp\.)?", "", url).split("/")[0]
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return len(bare) > 3 and bare in re.sub(r"[^a-z0-9]", "", host)
