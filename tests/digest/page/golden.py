"""The issues that every rendering is tried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from digest.issue.compose import Limits
from digest.issue.issue import Issue
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


GOLDEN: dict[str, Callable[[], Issue]] = {
    "empty": empty,
    "one story": one_story,
    "normal": lambda: normal().issue(),
    "twelve": twelve,
    "extreme": extreme,
    "one side unread": unread,
    "overflowing": overflowing,
    "updates": updates,
}
