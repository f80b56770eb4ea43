"""Page furniture: lines that belong to the page and not to the article. Pure; the rules are the tables below.

A line is dropped only if it is short and says nothing but furniture, so that a sentence that speaks of comments,
cookies or newsletters stays. Lines that name an origin ("News from X", "Written by X", "(Reuters)") are never furniture:
they are how a rewrite is known.
"""

from __future__ import annotations

import re
import unicodedata

SHORT = 140  # characters; furniture with a headline inside ("Related: ...") may be this long
_TINY = 40

# Whole lines, anywhere in the text. Each row: what it is, in English, Russian, Chinese.
_WHOLE = {
    "comments": (
        r"(?:post|leave|add|write|submit) (?:a |your )?(?:comments?|reply)|(?:\d+ |no |view |show |hide |join the )?(?:comments?|conversation|discussion)(?: \(\d+\))?"
        r"|be the first to comment|comments? (?:are )?(?:closed|off|disabled)|reply|log ?in to (?:comment|reply)",
        r"(?:оставить|добавить|написать|показать|скрыть|читать) комментари[ийея]\w*|(?:\d+ )?комментари[ийея]\w*(?: \(\d+\))?|комментировать|обсудить(?: \(\d+\))?|обсуждение",
        r"(?:发表|發表|查看|我要|写|添加)?(?:评论|評論|留言|跟帖)(?:[（(]?\d+[)）]?)?|网友评论|參與討論",
    ),
    "turning pages": (
        r"(?:(?:previous|next|older|newer|prev)(?: (?:post|article|story|page|entry))?s?[\s|·/›»«‹→←-]*){1,2}|page \d+(?: of \d+)?|load more|show (?:more|less)|back to (?:top|home)",
        r"(?:(?:предыдущ|следующ)\w+ (?:стать\w+|запис\w+|новост\w+|пост|материал)[\s|·/›»«‹→←-]*){1,2}|(?:показать|загрузить) (?:ещё|еще)|наверх|вперёд|вперед|назад",
        r"(?:上一[篇页頁]|下一[篇页頁])[\s|:：]*|返回(?:首页|顶部|首頁|頂部)|加载更多|查看更多",
    ),
    "sharing": (
        r"(?:share|tweet|pin|email|print|save|copy link|bookmark|whatsapp|telegram|facebook|twitter|linkedin|reddit|flipboard|pinterest|x)(?:[\s,|/·]+(?:this|on|to|via|article|story|post|link|share|tweet|email|print|save|whatsapp|telegram|facebook|twitter|linkedin|reddit|pinterest|x))*"
        r"|(?:share|like|follow) (?:this|us|the)(?: \w+){0,4}",
        r"(?:поделиться|распечатать|сохранить|скопировать ссылку|вконтакте|одноклассники|telegram|телеграм|whatsapp)(?:[\s,|/·]+(?:в|с|этим|ссылкой|друзьями|вконтакте|одноклассники|telegram|телеграм|whatsapp|\w{4,12}))?(?::)?",
        r"(?:分享(?:到|至|给|給)?|转发|轉發|打印|列印|收藏|点赞|點讚|微信|微博|朋友圈|扫一扫|【?打印】?)[\s:：|]*(?:微信|微博|朋友圈|qq空间|facebook|twitter|line)?[\s|]*",
    ),
    "asking to sign up": (
        r"(?:subscribe|sign up|register|log ?in|sign in|join)(?: (?:now|here|today|free|for free|to|for|our|the|us|your|\w+ newsletters?|newsletters?|updates?|alerts?|emails?))*[.!]?"
        r"|(?:get|receive) (?:the|our) .{0,60}(?:newsletter|inbox|alerts?)[.!]?|(?:by signing up|you can unsubscribe).{0,110}|(?:your email address|enter your email).{0,60}"
        r"|(?:sign up|subscribe) (?:for|to) (?:our|the|\w+['’]s) .{0,80}(?:newsletter|inbox|briefing|channel|alerts?)s?\b.{0,20}",
        r"(?:подпис(?:аться|ывайтесь|ывайся|ка|атьcя)|зарегистрир\w+|войти|вход|регистрация)(?: (?:на|в|и) .{0,80})?[.!]?",
        r"(?:立即|马上|免费|点击|點擊)?(?:订阅|訂閱|关注|關注|注册|登录|登入|登錄)(?:我们|我們|本站|公众号|微信公众号|.{0,10}(?:频道|頻道|通讯|電子報|公众号))?[!！。]?",
    ),
    "advertising": (
        r"advertisements?|advertising|sponsored(?: content)?|ad|promoted|story continues below(?: advertisement)?|article continues (?:after|below).{0,40}|paid (?:post|content)",
        r"реклама|на правах рекламы|партн[её]рский материал|erid:? ?\w*",
        r"广告|廣告|赞助内容|推广|推廣",
    ),
    "pointing elsewhere": (
        r"(?:related|recommended|more|most|popular|trending|latest|top|editors?['’]? picks?)(?: (?:articles?|stor(?:y|ies)|posts?|news|content|coverage|topics?|links?|read(?:ing)?|viewed|popular|videos?|on this|from|headlines?|for you))+:?"
        r"|read (?:more|next|also|the full (?:story|article))(?: (?:here|on|at|about) ?.{0,40})?[:.…»>]*|you (?:may|might)(?: also)? (?:like|be interested in).{0,20}|(?:click|tap) here.{0,60}|continue reading.{0,20}|see also:?|don['’]t miss:?|what to read next|watch(?: now| the video)?:?",
        r"(?:читайте|смотрите|см\.?|читать)(?: также| ещё| еще| далее| дальше| полностью| подробнее)?(?: по теме)?[:.…]?|(?:похожие|связанные|другие|последние|главные|популярные) (?:статьи|материалы|новости|записи|публикации)|материалы по теме:?|по теме:?|подробнее[:.…]?|самое (?:читаемое|популярное|важное)|ещё по теме|выбор редакции|главное (?:за день|сегодня)",
        r"(?:相关|相關|推荐|推薦|延伸|更多|热门|熱門|最新)(?:阅读|閱讀|新闻|新聞|文章|报道|報道|报导|報導|链接|內容|内容|资讯)?[:：>》]*|阅读(?:更多|全文|原文)|点击(?:查看|进入|阅读).{0,15}|猜你喜欢|你可能(?:还|也)?(?:喜欢|感兴趣).{0,6}|[（(]?更多.{0,12}点击.{0,12}[)）]?",
    ),
    "consent and rights": (
        r"(?:this (?:web)?site|we) uses? cookies.{0,110}|accept(?: all)?(?: cookies)?|(?:privacy|cookie) (?:policy|settings|notice).{0,30}|terms (?:of (?:use|service)|and conditions).{0,30}|all rights reserved\.?|(?:copyright )?©.{0,100}|copyright (?:©|\(c\)|\d{4}).{0,100}",
        r"(?:мы|сайт|этот сайт) использу\w+ (?:файлы )?cookies?.{0,110}|(?:принять|согласен|хорошо)|политика конфиденциальности|пользовательское соглашение|все права защищены\.?",
        r"(?:本网站|本站|我们)使用.{0,10}cookies?.{0,60}|隐私政策|隱私政策|版权所有.{0,60}|版權所有.{0,60}|未经授权.{0,40}|责任编辑[:：].{0,20}|[（(]?责编[:：].{0,20}[)）]?",
    ),
}  # fmt: skip

# A label, a separator and a headline: another article is being advertised, not told.
_LABELLED = (
    r"(?:related|recommended|read (?:more|next|also)|see also|also read|must read|more on this|more from \w+|don['’]t miss|watch|listen|in pictures|you (?:may|might) also like)(?: (?:articles?|stor(?:y|ies)|posts?|news|coverage|links?|reading|videos?))?\s?(?:[:|»>]|[-–—] ?).{3,}"
    r"|(?:читайте|смотрите)(?: также| ещё| еще)(?: по теме)?\s?(?:[:|»>—–]|- ).{3,}|(?:материал(?:ы)?|новост[ьи]|стать[яи]|ещё|еще|подробнее) по теме\s?(?:[:|»>—–]|- ).{3,}"
    r"|(?:相关|相關|延伸|推荐|推薦|更多)(?:阅读|閱讀|新闻|新聞|文章|报道|報道|报导|報導)\s?[:：|»>—–-].{2,}"
)  # fmt: skip

_FURNITURE = re.compile("|".join(f"(?:{row})" for rows in _WHOLE.values() for row in rows), re.IGNORECASE)
_POINTER = re.compile(_LABELLED, re.IGNORECASE)
_BULLET = re.compile(r"^[\s\-–—•·*|>»›#]+|[\s|>»›]+$")
# Credits that furniture rules must never take: an origin, an author, an agency.
_CREDIT = re.compile(
    r"\b(?:news from|written by|reported by|source|according to|originally|first (?:published|appeared)|via|courtesy|adapted|based on|"
    r"with (?:reporting|files|contributions))\b|источник|по материалам|по данным|по сообщени|автор\b|перевод|来源|來源|据.{1,12}(?:报道|報道)|编译|編譯|转载自|轉載自",
    re.IGNORECASE,
)


def without_furniture(text: str, title: str = "") -> str:
    """`text` (one paragraph a line) without furniture lines and without a repeated headline at its start."""
    lines = [line for line in text.split("\n") if line.strip()]
    kept = [line for line in lines if not is_furniture(line)]
    return "\n".join(_without_headline(kept, title))


def is_furniture(line: str) -> bool:
    """True if a short line is nothing but page furniture."""
    bare = _BULLET.sub("", line)
    if len(bare) > SHORT:
        return False
    if not bare:
        return True
    if _CREDIT.search(bare):
        return False
    return _FURNITURE.fullmatch(bare) is not None or _POINTER.fullmatch(bare) is not None


def is_credit(line: str) -> bool:
    """True if the line names where the text comes from or who wrote it; such lines are kept, whatever else they look like."""
    return _CREDIT.search(line) is not None


def _without_headline(lines: list[str], title: str) -> list[str]:
    """Drop the title where the first lines repeat it (templates print it in the header and again above the text)."""
    wanted = folded(title)
    if not wanted:
        return lines
    at = 0
    while at < min(3, len(lines) - 1) and len(lines[at]) < 2 * len(title) + 20 and _same(folded(lines[at]), wanted):
        at += 1
    return lines[at:]


def _same(line: str, title: str) -> bool:
    return (
        line == title
        or (len(line) > 20
        and (line in title or title in line)
        and abs(len(line) - len(title)) < 0.25 * len(title))
    )


def folded(text: str) -> str:
    """Letters and digits only, case and compatibility forms folded: for comparing two printings of one line."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
