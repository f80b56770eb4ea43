"""The issues that every rendering is tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from digest.issue.compose import WEEKLY_AGE, Limits, compose
from digest.issue.issue import Issue
from digest.issue.tellings import Label
from digest.page.specimen import specimen
from tests.digest.paper import CLOSES, PRESS, Day, normal

THREE = ("CN-RU", "RU-US", "CN-US")
LONG_RU = (
    "Правительства трёх стран договорились о согласовании порядка взаимного уведомления о передвижениях "
    "исследовательских судов и ледокольного флота"
)
LONG_ZH = (
    "三国政府就北方航道破冰船队与科学考察船只相互通报机制达成一致意见"
    "并宣布将于明年第一季度在首都召开第二轮工作级会议讨论收费标准与救援责任划分"
)


def empty() -> Issue:
    return Day().issue()


def one_story() -> Issue:
    day = Day()
    day.tell(1, "Harbor Wire", "One ferry crosses", text="One ferry crossed on Monday. Another is to follow.")
    return day.issue()


def twelve() -> Issue:
    day = Day()
    text = (
        "Officials met on Monday in a hall by the harbour and signed a paper of forty pages. It takes effect in March."
    )
    for story in range(1, 13):
        for side, outlets in PRESS.items():
            for n, (name, _) in enumerate(outlets[:4]):
                title = f"{side} tells story {story} in the words of desk {n}, at the usual length of a headline"
                day.tell(story, name, title, hours=story + n / 4, text=text, edges=THREE, concepts=("rail", "soy"))
    return day.issue()


def extreme() -> Issue:
    day = Day()
    for story in range(1, 4):
        day.tell(
            story, "Хроника дня", f"{LONG_RU} {story}", edges=THREE, concepts=("ice", "arctic", "rail", "soy", "space")
        )
        day.tell(story, "长河日报", f"{LONG_ZH}{story}", edges=THREE, concepts=("ice",))
        day.tell(story, "Harbor Wire", "Donaudampfschifffahrtsgesellschaft" * 5, edges=THREE)
    day.tell(4, "Волжская газета", LONG_RU)
    day.tell(5, "海港晚报", LONG_ZH)
    return day.issue()


def unread() -> Issue:
    day = normal()
    day.failed = {name: "timeout" for name, _ in PRESS["CN"][2:]}
    return day.issue()


def missed() -> Issue:
    """One outlet that may have told everything stopped answering today: enough were read, and nothing is known."""
    day = normal()
    day.failed = {"海港晚报": "timeout"}
    day.since = CLOSES - timedelta(hours=20)
    return day.issue()


def overflowing() -> Issue:
    return normal().issue(limits=Limits(stories=3, one_sided=1, briefs=2))


def updates() -> Issue:
    """Two stories of the day before return: one from a new side, one with a report of a side that told it already."""
    day = Day()
    text = "The ferry crossed again on Monday. A second one is to follow."
    told = [
        day.tell(1, "Harbor Wire", "A ferry crosses", hours=30, text=text),
        day.tell(2, "Хроника дня", "Паром пересек пролив", hours=30),
        day.tell(2, "Harbor Wire", "Another ferry crosses", hours=30, text=text),
    ]
    day.told = dict.fromkeys(told, CLOSES.date() - timedelta(days=1))
    day.tell(1, "长河日报", "渡轮恢复通航", hours=3)
    day.tell(1, "Great River Daily", "Ferry returns to the strait", hours=2, text=text)
    day.tell(2, "Bay Monitor", "The second ferry is late", hours=2, text=text)
    return day.issue()


LABELS_RU = {
    "arctic": Label(1, "Арктика"),
    "ice": Label(1, "морской лёд"),
    "space": Label(1, "спутники"),
    "rail": Label(1, "железные дороги"),
    "soy": Label(1, "соя"),
    "rare": Label(1, "редкие земли"),
}
LABELS_ZH = {
    "arctic": Label(1, "北极"),
    "ice": Label(1, "海冰"),
    "space": Label(1, "卫星"),
    "rail": Label(1, "铁路"),
    "soy": Label(1, "大豆"),
    "rare": Label(1, "稀土"),
}
# One more report of each story, with a text that can be quoted, for the edition of that language.
TOLD_RU = (
    (1, "Деловой порт", "Три столицы сверили карту льдов, о сборах договорятся позже", "Делегации согласовали в "
     "Тромсене единую карту льдов северного пути. Её обновят каждые шесть часов, вопрос о сборах отложен."),
    (2, "Хроника дня", "Космические ведомства трёх стран открыли прямую линию", "Линия связала три центра управления. "
     "Звонить по ней будут, если два аппарата разойдутся менее чем в километре."),
    (3, "Волжская газета", "Мост через Зеян выдержал шесть локомотивов", "Шесть локомотивов сорок минут стояли на "
     "среднем пролёте. Грузовые поезда пойдут в январе."),
    (5, "Деловой порт", "Северные порты считают, во что обойдётся новое лоцманское правило", "Правило вступит в силу в "
     "марте. Портам пока не сказали, кто за него заплатит."),
)  # fmt: skip
TOLD_ZH = (
    (1, "长河日报", "三方商定统一冰情图，收费留待后议", "三方代表周一晚在特罗姆森就北方航道统一冰情图达成一致，"
     "图表每六小时更新一次。通行费与破冰护航次序留待下一轮商谈。"),
    (2, "东岸观察", "三国航天机构设热线，卫星擦肩先通电话", "热线连通三座控制中心。两个物体相距不足一公里时即行通话。"),
    (3, "北辰财经", "泽颜河铁路桥通过静载试验", "六台机车在中跨停放四十分钟，沉降在设计范围之内。明年一月通行货车。"),
    (4, "长河日报", "四十二名农产品检验员获签证", "四十二名检验员可往来两国至六月，名单已经双方确认。"),
)  # fmt: skip


def in_language(language: str, told: tuple[tuple[int, str, str, str], ...], labels: dict[str, Label]) -> Issue:
    day = normal()
    for story, outlet, title, text in told:
        edges, members = day.stories[story]
        concepts = day.articles[members[0]].concepts
        day.tell(story, outlet, title, hours=2.4, text=text, edges=edges, concepts=concepts)
    return compose(day.material(labels=labels), day.frame(language=language))


def weekly() -> Issue:
    """Sunday's issue: the usual day's stories spread over the week, more of them on some days than on others."""
    day = normal()
    day.closes = CLOSES - timedelta(days=2)
    for n, (id, article) in enumerate(day.articles.items()):
        at = day.closes - timedelta(hours=3 + (n * 37) % 163)
        day.articles[id] = replace(article, published=at, fetched=at)
    return compose(day.material(), day.frame(slot="weekly 07:00 UTC", edition="weekly", number=31, age=WEEKLY_AGE))


GOLDEN: dict[str, Callable[[], Issue]] = {
    "empty": empty,
    "one story": one_story,
    "normal": lambda: normal().issue(),
    "twelve": twelve,
    "extreme": extreme,
    "one side unread": unread,
    "one outlet missed": missed,
    "overflowing": overflowing,
    "updates": updates,
    "weekly": weekly,
    "russian": lambda: in_language("ru", TOLD_RU, LABELS_RU),
    "chinese": lambda: in_language("zh", TOLD_ZH, LABELS_ZH),
    "everything": specimen,
}
