"""A small invented press and its days, built from records: what compose is fed with in these tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from digest.issue.compose import Frame, Limits, Material, compose
from digest.issue.issue import Issue
from digest.issue.tellings import Label
from store.records import Article, Copy, Fetch, Reached, Source, Story

CLOSES = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
PRESS = {
    "US": [
        ("Harbor Wire", "nonprofit"),
        ("Potomac Ledger", "private"),
        ("Capital Courant", "private"),
        ("Meridian Business", "private"),
        ("Prairie Radio", "public"),
        ("Lakeside Post", "private"),
        ("Bay Monitor", "private"),
    ],
    "RU": [
        ("Северный вестник", "state"),
        ("Хроника дня", "private"),
        ("Рубеж-Инфо", "state"),
        ("Polar Courier", "state"),
        ("Волжская газета", "private"),
        ("Деловой порт", "private"),
        ("Radio Taiga", "public"),
    ],
    "CN": [
        ("长河日报", "state"),
        ("东岸观察", "private"),
        ("北辰财经", "private"),
        ("Great River Daily", "state"),
        ("海港晚报", "state"),
        ("南岭新闻", "state"),
        ("西城时报", "private"),
    ],
}
OUTSIDE = [
    ("Fjordposten", "NO", "en", "public"),
    ("Вольный берег", "RU", "ru", "exiled"),
    ("Strait Gazette", "SG", "en", "private"),
]
LABELS = {
    "arctic": Label(1, "the Arctic"),
    "ice": Label(1, "sea ice"),
    "space": Label(1, "satellites"),
    "rail": Label(1, "railways"),
    "soy": Label(1, "soybeans"),
    "rare": Label(1, "rare earths"),
}


def language_of(name: str) -> str:
    return (
        "zh"
        if any("\u4e00" <= c <= "\u9fff" for c in name)
        else "ru"
        if any("а" <= c.lower() <= "я" for c in name)
        else "en"
    )


def press() -> dict[str, Source]:
    """Seven outlets on each side, three elsewhere, one of these in exile."""
    rows = [(name, side, language_of(name), own) for side, all in PRESS.items() for name, own in all] + OUTSIDE
    return {
        f"o{n:02}": Source(f"o{n:02}", name, country, lang, own) for n, (name, country, lang, own) in enumerate(rows)
    }


@dataclass
class Day:
    """Collects articles and stories; `issue()` composes them."""

    closes: datetime = CLOSES
    sources: dict[str, Source] = field(default_factory=press)
    articles: dict[int, Article] = field(default_factory=dict)
    copies: dict[int, Copy] = field(default_factory=dict)
    stories: dict[int, tuple[tuple[str, ...], list[int]]] = field(default_factory=dict)
    told: dict[int, date] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    since: datetime = CLOSES - timedelta(days=10)  # when those that failed began to

    def outlet(self, name: str) -> str:
        return next(id for id, source in self.sources.items() if source.name == name)

    def tell(
        self,
        story: int,
        outlet: str,
        title: str,
        *,
        hours: float = 5,
        text: str = "",
        edges: tuple[str, ...] = ("CN-US",),
        concepts: tuple[str, ...] = (),
        copy: int | None = None,
        role: str = "own",
        credits: str = "",
        url: str = "",
        language: str = "",
        reserved: bool = False,
    ) -> int:
        """One article of `story`; returns its id."""
        source = self.sources[self.outlet(outlet)]
        id = len(self.articles) + 1
        published = self.closes - timedelta(hours=hours)
        self.articles[id] = Article(
            id=id,
            source_id=source.id,
            url=url or f"https://{source.id}.example/{story}/{id}",
            title=title,
            lead=text,
            text=text,
            language=language or source.language,
            author="",
            published=published,
            published_raw="",
            fetched=published + timedelta(minutes=10),
            text_sha256=sha256(text.encode(errors="replace")).hexdigest(),
            relevant=True,
            edges=edges,
            concepts=concepts,
            reserved=reserved,
        )
        self.copies[id] = Copy(id, copy, role, credits)
        known, members = self.stories.setdefault(story, ((), []))
        self.stories[story] = (tuple(dict.fromkeys((*known, *edges))), [*members, id])
        return id

    def fetches(self) -> list[Fetch]:
        return [
            Fetch(
                s.id,
                f"https://{s.id}.example/feed",
                self.closes - timedelta(hours=1),
                200,
                self.failed.get(s.name, "ok"),
            )
            for s in self.sources.values()
        ]

    def reached(self) -> list[Reached]:
        return [
            Reached(fetch.source_id, fetch.url, fetch.at, None if fetch.good else self.since)
            for fetch in self.fetches()
        ]

    def material(self, **changes: object) -> Material:
        values: dict[str, object] = {
            "stories": [
                Story(id, self.closes - timedelta(hours=9), self.closes, tuple(members), edges)
                for id, (edges, members) in self.stories.items()
            ],
            "articles": self.articles,
            "sources": self.sources,
            "fetches": self.fetches(),
            "reached": self.reached(),
            "copies": self.copies,
            "labels": LABELS,
            "told": self.told,
        }
        return Material(**{**values, **changes})  # type: ignore[arg-type]

    def frame(self, **changes: object) -> Frame:
        values: dict[str, object] = {
            "edition": "daily",
            "title": "Tripoint",
            "language": "en",
            "slot": "daily 07:00 UTC",
            "timezone": "UTC",
            "local_date": self.closes.date(),
            "number": 214,
            "closes": self.closes,
        }
        return Frame(**{**values, **changes})  # type: ignore[arg-type]

    def issue(self, limits: Limits | None = None, **changes: object) -> Issue:
        return compose(self.material(**changes), self.frame(), limits or Limits())


ICE = (
    "TROMSEN, Nov. 23 (Harbor Wire) — Negotiators left on Monday night with one agreed text: a common ice chart for "
    "the northern lane, refreshed every six hours. Transit fees and the order of icebreaker escorts were put off. "
    "No date was set."
)


def normal() -> Day:
    """A usual day: two stories of all three, three with a silence, three of one side, four told only elsewhere."""
    day = Day()
    three = ("CN-RU", "RU-US", "CN-US")
    day.tell(
        1,
        "Harbor Wire",
        "Arctic talks yield an ice chart but leave the fee fight for later",
        hours=2.8,
        text=ICE,
        edges=three,
        concepts=("arctic", "ice"),
        copy=1,
        role="original",
    )
    for n, name in enumerate(("Potomac Ledger", "Capital Courant", "Lakeside Post")):
        day.tell(
            1,
            name,
            "Arctic talks yield ice chart",
            hours=2.5 - n / 10,
            text=ICE,
            edges=three,
            concepts=("arctic", "ice"),
            copy=1,
            role="copy",
            credits="Harbor Wire",
        )
    day.tell(
        1,
        "Meridian Business",
        "Shippers get a map of the ice, and no price for crossing it",
        hours=2.1,
        edges=three,
        text="Shipping lines will share one chart of the northern ice from January. The price is open.",
        concepts=("arctic", "ice"),
    )
    day.tell(
        1,
        "Северный вестник",
        "Стороны согласовали единую карту льдов: вопрос о сборах отложен",
        hours=8,
        edges=three,
        concepts=("arctic", "ice"),
    )
    day.tell(
        1,
        "Polar Courier",
        "Three sides agree on one ice chart; fees are left for later",
        hours=7.5,
        edges=three,
        concepts=("arctic", "ice"),
    )
    day.tell(1, "Хроника дня", "Карта льдов станет общей", hours=6, edges=three, concepts=("arctic",))
    day.tell(
        1,
        "长河日报",
        "三方就北方航道冰情图达成一致 下一轮会谈时间未定",
        hours=1.6,
        edges=three,
        concepts=("arctic", "ice"),
    )
    day.tell(1, "北辰财经", "北方航道冰情图达成一致", hours=1.7, edges=three, concepts=("arctic",))
    day.tell(1, "Fjordposten", "Ice chart agreed at Tromsen", hours=3, edges=three, concepts=("arctic", "ice"))
    day.tell(1, "Вольный берег", "Карта льдов без тарифа", hours=2, edges=three, concepts=("arctic",))

    day.tell(
        2,
        "Potomac Ledger",
        "A phone line for falling metal: agencies agree to call before they dodge",
        hours=5.9,
        edges=three,
        text="The line links three control rooms. It is to be used when two objects are to pass within a kilometre.",
        concepts=("space",),
    )
    day.tell(
        2,
        "Harbor Wire",
        "Three agencies open a hotline after a near miss over the Pacific",
        hours=5,
        edges=three,
        concepts=("space",),
    )
    day.tell(
        2,
        "Хроника дня",
        "Открыта прямая линия для предупреждения о сближении спутников",
        hours=7.2,
        edges=three,
        concepts=("space",),
    )
    day.tell(2, "北辰财经", "三国航天机构开通近距离交会预警热线", hours=6.5, edges=three, concepts=("space",))

    day.tell(
        3,
        "Рубеж-Инфо",
        "Второй мост через Зеян выдержал испытание шестью локомотивами",
        hours=6.1,
        edges=("CN-RU",),
        concepts=("rail",),
    )
    day.tell(
        3, "东岸观察", "泽颜河第二铁路桥通过静载试验 明年一月通货运", hours=5.7, edges=("CN-RU",), concepts=("rail",)
    )
    day.tell(
        3,
        "Great River Daily",
        "Second Zeyan rail bridge passes its load test",
        hours=5.5,
        edges=("CN-RU",),
        concepts=("rail",),
        text="Six locomotives stood on the central span for forty minutes. Freight is to cross from January.",
    )
    day.tell(
        4,
        "Capital Courant",
        "With days to spare, soybean inspectors get their visas",
        hours=3.1,
        edges=("CN-US",),
        concepts=("soy",),
        text="Forty-two inspectors may now travel between the two countries until June. The list is confirmed.",
    )
    day.tell(4, "长河日报", "中美恢复农产品检验员互派 有效期至六月", hours=2.9, edges=("CN-US",), concepts=("soy",))
    day.tell(
        5,
        "Meridian Business",
        "Ports in the strait ask who pays for China’s new pilot rule",
        hours=10,
        edges=("CN-US",),
        text="The rule takes effect in March. American ports learned of it from a circular.",
    )
    day.tell(5, "Polar Courier", "New pilot rule weighed in northern ports", hours=9, edges=("CN-US",))
    day.tell(
        6,
        "Северный вестник",
        "Верфь в Лодьинске спустила на воду первый паром для линии в Харбин",
        hours=12,
        edges=("CN-RU",),
        concepts=("rail",),
    )
    day.tell(6, "Деловой порт", "Паром для Харбина спущен на воду", hours=11, edges=("CN-RU",))
    day.tell(7, "北辰财经", "西部三省试点稀土出口电子单证 对美企先行", hours=13, edges=("CN-US",), concepts=("rare",))
    day.tell(
        8,
        "Potomac Ledger",
        "Senators ask for a public register of undersea cable repairs by Chinese ships",
        hours=14,
        edges=("CN-US",),
    )
    day.tell(7, "东岸观察", "稀土出口单证上网 西部三省先试", hours=12.5, edges=("CN-US",), concepts=("rare",))
    day.tell(8, "Lakeside Post", "Cable ships: a register is asked for", hours=13.5, edges=("CN-US",))
    for n, (name, title) in enumerate(
        (
            ("Fjordposten", "Customs offices to keep the Kyarn crossing open at night"),
            ("Fjordposten", "Museum loans between two capitals extended to 2028"),
            ("Вольный берег", "Грузовики ждут на Кьярне по восемь часов"),
            ("Fjordposten", "Chip-tool exporters get a 60-day extension on old licences"),
        )
    ):
        day.tell(20 + n, name, title, hours=9 + n, edges=("CN-RU",))
    day.failed = {"海港晚报": "timeout", "Strait Gazette": "http 503"}
    return day
