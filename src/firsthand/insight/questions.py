"""What people asked, gathered into topics. Pure: lines in, topics out, no language model.

Topics are words that buyers use, Chinese and English. A line that says none of them is "other"
rather than forced into one. Within a topic, lines that share most of their letter pairs are
one question, asked so many times; the wording asked most often speaks for all. That is
coarse, and it is honest: whoever reads the report sees the words that were really typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LINES_MAX = 2000  # of a show; the newest are left out, since late ones repeat early ones
WORDINGS_MAX = 3  # shown for a topic
WORDINGS_COMPARED_MAX = 200  # in a topic; what comes after starts no new wording
ALIKE = 0.5  # share of common letter pairs from which on two lines ask the same


class Topic(NamedTuple):
    """A subject of questions, and the words it is known by."""

    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]


TOPICS = (
    Topic(
        "delivery",
        "发货与到货",
        "Delivery",
        (
            "发货",
            "到货",
            "几天",
            "什么时候到",
            "多久发",
            "多久到",
            "多久能到",
            "快递",
            "物流",
            "现货",
            "交期",
            "包邮",
            "运费",
            "ship",
            "deliver",
            "arrive",
            "how long",
            "how soon",
            "freight",
            "postage",
        ),
    ),
    Topic(
        "warranty",
        "保修与退换",
        "Warranty and returns",
        (
            "保修",
            "质保",
            "退货",
            "换货",
            "退换",
            "退款",
            "坏了",
            "维修",
            "售后",
            "换新",
            "warranty",
            "guarantee",
            "return",
            "refund",
            "repair",
            "broken",
            "exchange",
        ),
    ),
    Topic(
        "price",
        "价格与优惠",
        "Price",
        (
            "多少钱",
            "价格",
            "便宜",
            "优惠",
            "降价",
            "贵",
            "成本",
            "利润",
            "打折",
            "券",
            "保价",
            "price",
            "cost",
            "cheap",
            "discount",
            "coupon",
            "expensive",
            "margin",
            "how much",
        ),
    ),
    Topic(
        "left",
        "库存与补货",
        "What is left",
        (
            "还有吗",
            "还有货",
            "没货",
            "库存",
            "补货",
            "卖完",
            "抢不到",
            "还剩",
            "加货",
            "in stock",
            "left",
            "restock",
            "sold out",
            "available",
            "how many",
        ),
    ),
    Topic(
        "works_with",
        "兼容与联动",
        "Works with",
        (
            "兼容",
            "支持",
            "能用吗",
            "可以用",
            "连接",
            "联动",
            "适配",
            "接口",
            "蓝牙",
            "苹果",
            "安卓",
            "compatible",
            "work with",
            "works with",
            "support",
            "connect",
            "fit",
            "bluetooth",
            "usb",
        ),
    ),
    Topic(
        "facts",
        "规格参数",
        "Facts and sizes",
        (
            "多大",
            "尺寸",
            "重量",
            "多重",
            "功率",
            "容量",
            "电池",
            "续航",
            "材质",
            "颜色",
            "噪音",
            "流明",
            "防水",
            "寸",
            "瓦",
            "size",
            "weight",
            "heavy",
            "watt",
            "battery",
            "colour",
            "color",
            "material",
            "noise",
            "lumen",
            "waterproof",
            "capacity",
            "big",
        ),
    ),
    Topic(
        "use",
        "使用方法",
        "How to use it",
        (
            "怎么用",
            "怎么装",
            "安装",
            "说明书",
            "清洗",
            "怎么清",
            "设置",
            "教程",
            "how do i",
            "how to",
            "install",
            "clean",
            "set up",
            "manual",
        ),
    ),
    Topic(
        "made",
        "产地与做工",
        "Where it is made",
        (
            "哪里产",
            "产地",
            "工厂",
            "自己生产",
            "代工",
            "品控",
            "检测",
            "认证",
            "made in",
            "factory",
            "who makes",
            "produced",
            "certified",
            "tested",
        ),
    ),
)
OTHER = Topic("other", "其他", "Other", ())


class Line(NamedTuple):
    """A question as it was typed, who asked (a viewer's random name), and what was on."""

    text: str
    viewer: str
    segment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """One question, in the words it was asked in most often."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic: how often it came up, from how many people, in which words, during what."""

    topic: str
    name_zh: str
    name_en: str
    times: int
    askers: int
    segment_id: int | None
    wordings: tuple[Wording, ...]


def plain(text: str) -> str:
    """A line without what does not matter: width, case, doubled blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def topic_of(text: str) -> Topic:
    """The topic with the most of its words in a line; the first named wins a draw.

    >>> topic_of("几天能发货？").code
    'delivery'
    >>> topic_of("hello from Chengdu").code
    'other'
    """
    said = plain(text)
    found = [(sum(word in said for word in topic.words), topic) for topic in TOPICS]
    most = max(count for count, _topic in found)
    return next(topic for count, topic in found if count == most) if most else OTHER


def gathered(lines: Sequence[Line]) -> tuple[Asked, ...]:
    """Questions by topic, the most asked first; "other" comes last whatever its number."""
    by_topic: dict[str, list[Line]] = {}
    topics = {topic.code: topic for topic in (*TOPICS, OTHER)}
    for line in lines[:LINES_MAX]:
        by_topic.setdefault(topic_of(line.text).code, []).append(line)
    asked = [_asked(topics[code], lines) for code, lines in by_topic.items()]
    return tuple(sorted(asked, key=lambda one: (one.topic == OTHER.code, -one.times, one.topic)))


def _asked(topic: Topic, lines: Sequence[Line]) -> Asked:
    segments = Counter(line.segment_id for line in lines if line.segment_id is not None)
    return Asked(
        topic=topic.code,
        name_zh=topic.name_zh,
        name_en=topic.name_en,
        times=len(lines),
        askers=len({line.viewer for line in lines}),
        segment_id=segments.most_common(1)[0][0] if segments else None,
        wordings=wordings(line.text for line in lines),
    )


def wordings(texts: Iterable[str], at_most: int = WORDINGS_MAX) -> tuple[Wording, ...]:
    """Lines that ask the same, gathered: the question asked most comes first.

    >>> wordings(["多少钱", "多少钱？", "几天发货"])[0]
    Wording(text='多少钱', times=2)
    """
    groups: list[tuple[frozenset[str], Counter[str]]] = []
    for text in texts:
        pairs = _pairs(text)
        home = next((group for group in groups if _alike(pairs, group[0]) >= ALIKE), None)
        if home is not None:
            home[1][text] += 1
        elif len(groups) < WORDINGS_COMPARED_MAX:
            groups.append((pairs, Counter([text])))
    groups.sort(key=lambda group: -group[1].total())
    return tuple(
        Wording(said.most_common(1)[0][0], said.total()) for _pairs_, said in groups[:at_most]
    )


def _pairs(text: str) -> frozenset[str]:
    letters = re.sub(r"\W", "", plain(text))
    return frozenset(letters[at : at + 2] for at in range(max(1, len(letters) - 1)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
