"""The phrases of page furniture, as regular expressions, by what they do; English, Russian, Chinese, then others.

Whole lines are matched from end to end, ignoring case. Take a phrase in because a kind of template prints it, never
because one page does; a sentence that an article could contain does not belong here.
"""

from __future__ import annotations

_NETWORKS = (
    r"(?:whatsapp|telegram|facebook|twitter|linkedin|reddit|flipboard|pinterest|e-?mail|messenger|viber|line|x|vk)"
)
_RUSSIAN_NETWORKS = rf"(?:вконтакте|одноклассники|телеграм|{_NETWORKS})"
_THINGS = r"(?:articles?|stor(?:y|ies)|posts?|news|content|coverage|topics?|links?|reading|videos?|headlines?)"

WHOLE_LINES: dict[str, tuple[str, ...]] = {
    "comments": (
        r"(?:post|leave|add|write|submit)(?: a| your)? (?:comments?|reply)",
        r"(?:\d+ |no |view |show |hide |read |join the )?(?:comments?|conversation|discussion)(?: \(?\d+\)?)?",
        r"be the first to comment|comments? (?:are )?(?:closed|off|disabled)\.?|log ?in to (?:comment|reply)|reply",
        r"(?:оставить|добавить|написать|показать|скрыть|читать)? ?комментари[ийея]\w*(?: \(?\d+\)?)?",
        r"\d+ комментари\w+|комментировать|обсудить(?: \(\d+\))?|обсуждение",
        r"(?:发表|發表|查看|我要|写|添加|网友|我来说两句)?(?:评论|評論|留言|跟帖)(?:[（(]?\d+[)）]?)?|參與討論",
    ),
    "turning pages": (
        r"(?:(?:previous|next|older|newer|prev)(?: (?:post|article|story|page|entry))?s?[\s|·/›»«‹→←-]*){1,2}",
        r"page \d+(?: of \d+)?|load more|show (?:more|less)|back to (?:top|home)|skip to (?:\w+ )?content",
        r"(?:(?:предыдущ|следующ)\w+ (?:стать\w+|запис\w+|новост\w+|пост|материал)[\s|·/›»«‹→←-]*){1,2}",
        r"(?:показать|загрузить) (?:ещё|еще)|наверх|вперёд|вперед|назад|на главную",
        r"(?:上一[篇页頁则]|下一[篇页頁则])[\s|:：]*|返回(?:首页|顶部|首頁|頂部)|加载更多|查看更多|收起|展开全文",
    ),
    "sharing": (
        rf"(?:share|tweet|pin|print|save|copy link|bookmark|{_NETWORKS})"
        rf"(?:[\s,|/·]+(?:this|on|to|via|or|and|article|story|post|page|link|share|tweet|pin|print|save|{_NETWORKS}))*",
        r"(?:like|follow) (?:this|us|the)(?: \w+){0,4}[.!]?",
        rf"(?:поделиться|распечатать|сохранить|скопировать ссылку|отправить|{_RUSSIAN_NETWORKS})"
        rf"(?:[\s,|/·]+(?:в|с|этим|ссылкой|друзьями|статьей|новостью|соцсетях|{_RUSSIAN_NETWORKS}))*:?",
        r"(?:分享(?:到|至|给|給)?|分享让更多人看到|转发|轉發|打印|列印|收藏|点赞|點讚|微信|微博|朋友圈|扫一扫)"
        r"(?:[\s:：|]*(?:微信|微博|朋友圈|qq空间|打印|收藏|分享|facebook|twitter|line))*",
    ),
    "asking to sign up": (
        r"(?:subscribe|sign up|register|log ?in|sign in|join)"
        r"(?: (?:now|here|today|free|to|for|our|the|us|your|daily|weekly|\w+ newsletters?|newsletters?|updates?|alerts?"
        r"|emails?))*[.!]?",
        r"(?:by signing up|you can unsubscribe|your email address|enter your email).{0,110}",
        r"(?:подпис(?:аться|ывайтесь|ывайся|ка)|зарегистрир\w+|войти|вход|регистрация)(?: (?:на|в|и) .{0,80})?[.!]?",
        r"(?:立即|马上|免费|点击|點擊)?(?:订阅|訂閱|关注|關注|注册|登录|登入|登錄)"
        r"(?:我们|我們|本站|公众号|微信公众号|.{0,10}(?:频道|頻道|通讯|電子報))?[!！。]?",
    ),
    "advertising": (
        r"advertisements?|advertising|sponsored(?: content)?|ad|promoted|paid (?:post|content)|embed",
        r"(?:story|article) continues? (?:after|below).{0,40}|article content",
        r"реклама|на правах рекламы|партн[её]рский материал|erid:? ?\w*",
        r"广告|廣告|赞助内容|推广|推廣",
        r"anzeige|publicité|publicidad|pubblicità|reklama|annonse",
    ),
    "pointing elsewhere": (
        rf"(?:related|recommended|more|most|popular|trending|latest|top|editors?['’]? picks?)"
        rf"(?: (?:{_THINGS}|viewed|read|popular|on this|from|for you))*:?",
        r"read (?:more|next|also|the full (?:story|article))(?: (?:here|on|at|about) ?.{0,40})?[:.…]*",
        r"you (?:may|might)(?: also)? (?:like|be interested in).{0,20}|(?:click|tap) here.{0,60}",
        r"continue reading.{0,20}|see (?:also|more):?|also read:?|don['’]t miss:?|what to read next",
        r"watch(?: now| the video)?:?|explore further",
        r"(?:читайте|смотрите|см\.?|читать)(?: также| ещё| еще| далее| дальше| полностью| подробнее)*"
        r"(?: по теме)?[:.…]*",
        r"(?:похожие|связанные|другие|последние|главные|популярные) (?:статьи|материалы|новости|записи|публикации):?",
        r"(?:материалы |ещё |еще )?по теме:?|подробнее[:.…]*|самое (?:читаемое|популярное|важное)|выбор редакции",
        r"(?:相关|相關|推荐|推薦|延伸|更多|热门|熱門|最新)"
        r"(?:阅读|閱讀|新闻|新聞|文章|报道|報道|报导|報導|链接|內容|内容|资讯|推荐)?[:：]*",
        r"阅读(?:更多|全文|原文)|点击(?:查看|进入|阅读).{0,15}|猜你喜欢|你可能(?:还|也)?(?:喜欢|感兴趣).{0,6}",
        r"lesen sie auch[:.]?|auch interessant|mehr zum thema:?|(?:à )?lire aussi ?:?|lea también:?|leggi anche:?"
        r"|leia (?:também|mais):?|lees ook:?|les også:?|læs også:?|läs också:?|czytaj (?:więcej|także|też):?",
    ),
    "consent and rights": (
        r"(?:this (?:web)?site|we) uses? cookies.{0,110}|accept(?: all)?(?: cookies)?",
        r"(?:privacy|cookie) (?:policy|settings|notice).{0,30}|terms (?:of (?:use|service)|and conditions).{0,30}",
        r"all rights reserved\.?|(?:copyright )?©.{0,120}|copyright (?:©|@|ⓒ|\(c\)|\d{4}).{0,120}|<copyright.{0,120}",
        r"(?:мы|сайт|этот сайт) использу\w+ (?:файлы )?(?:cookies?|куки).{0,110}|политика конфиденциальности",
        r"пользовательское соглашение|все права защищены\.?",
        r"(?:本网站|本站|我们)使用.{0,10}cookies?.{0,60}|隐私政策|隱私政策|版权所有.{0,60}|版權所有.{0,60}|未经授权.{0,40}",
        r"责任编辑[:：].{0,20}|责编[:：].{0,20}",
    ),
}

# What stands before the headline of another article; the separator and the headline follow.
LABELS: tuple[str, ...] = (
    rf"(?:related|recommended|also read|must read|read (?:more|next|also)|see (?:also|more))(?: {_THINGS})?",
    r"more (?:on this|from \w+)|don['’]t miss|watch|listen|in pictures|you (?:may|might) also like",
    r"(?:читайте|смотрите)(?: также| ещё| еще)?(?: по теме)?",
    r"(?:материал(?:ы)?|новост[ьи]|стать[яи]|ещё|еще|подробнее) по теме",
    r"(?:相关|相關|延伸|推荐|推薦|更多)(?:阅读|閱讀|新闻|新聞|文章|报道|報道|报导|報導)",
    r"lesen sie auch|mehr zum thema|(?:à )?lire aussi|lea también|leggi anche|leia (?:também|mais)|lees ook|les også"
    r"|læs også|läs också|czytaj (?:więcej|także|też)",
)

# Appeals to the reader, at the article's first and last lines only; matched at the line's start.
CALLS: tuple[str, ...] = (
    r"(?:get|receive|sign up|subscribe|register)\b.{0,120}\b(?:newsletters?|inbox|alerts?|emails?|briefing|updates)\b",
    r"(?:follow|like|join|find) .{2,60}\bon (?:twitter|facebook|instagram|telegram|google news|youtube|whatsapp)\b",
    r"(?:(?:have|got) a (?:news )?(?:tip|story)|(?:send|tell|email|contact) us|write to us|let us know)\b",
    r"(?:like|enjoy(?:ed|ing)?) (?:this|what|our) .{0,60}(?:share|subscribe|support|donat)",
    r"(?:download|get|install) (?:our|the) .{0,30}\bapp\b|support (?:our|independent) .{0,40}journalism",
    r"this (?:copy|article|story|material|content) (?:is for your personal|may not be (?:published|reproduced))",
    r"(?:подписывайтесь|подпишитесь|присоединяйтесь|следите за|читайте нас|наш (?:канал|телеграм)|мы в)\b",
    r"(?:хотите|если вы) .{0,60}(?:подпишитесь|подписывайтесь|поддержите)|поддержите (?:нас|редакцию)",
    r"(?:нашли|заметили|увидели) (?:ошибку|опечатку)|выделите (?:её|ее|текст).{0,40}ctrl",
    r"(?:欢迎|歡迎|请|請|敬请)(?:关注|關注|订阅|訂閱|下载|下載|扫码|点击)|(?:扫码|掃碼|长按).{0,20}(?:关注|關注|下载)",
    r"(?:本文|本站).{0,12}(?:版权|不代表).{0,40}|(?:更多|最新).{0,12}(?:请关注|請關注|下载|客户端|app)",
)

# Credits, which no rule above may take: an origin, an author, an agency.
CREDITS: tuple[str, ...] = (
    r"\b(?:news from|written by|reported by|reporting by|editing by|sources?|according to|originally"
    r"|first (?:published|appeared)|courtesy of|adapted from|based on|with (?:reporting|files)|contributed to this)\b",
    r"источник|по материалам|по данным|по сообщени|по информации|\bавтор\b|перевод|\bпишет\b|\bсообщает\b",
    r"来源|來源|据.{1,12}(?:报道|報道)|编译|編譯|转载自|轉載自|摘自|作者|记者|記者",
)
