"""The metric dictionary: what each figure means, in two languages, with a version.

The same word means different things in different houses: one divides by visits and another by
viewers, one counts what was paid and another what was pressed, and most count money that went
back to the buyer. So each figure stands here with its formula in words, what is divided by
what, where that comes from, and whether it is net. A report names the version it was made by;
a meaning that changes gets a new version, and old reports keep the old one.

A figure that nobody measures yet stands here too, with the reason, rather than a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from firsthand.catalogue.models import in_english

VERSION = "1"


class Unit(StrEnum):
    """In what a figure is counted; it also says how the figure is written."""

    COUNT = "count"
    FEN = "fen"
    SHARE = "share"  # 0.25 is written 25 %
    RATE = "rate"  # so many a minute, or on the average
    SECONDS = "seconds"
    MS = "ms"
    DAYS = "days"


class Money(StrEnum):
    """Whether what went back to buyers is taken off."""

    NONE = "none"  # not about money
    GROSS = "gross"
    NET = "net"  # and it has a gross twin
    KEPT = "kept"  # only of what did not go back; there is no gross twin


class Group(StrEnum):
    """The part of the report that a figure belongs to."""

    AUDIENCE = "audience"
    GOODS = "goods"
    MONEY = "money"
    AFTER = "after"
    MAKER = "maker"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure: its names, its formula, what is divided by what, and where that comes from."""

    code: str
    group: Group
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    numerator: str  # the name of a count of ``rules.Facts``
    denominator: str = ""  # another one; none where the figure is a plain count
    unit: Unit
    source: str
    money: Money = Money.NONE
    unmeasured_zh: str = ""  # why it is not measured yet; empty where it is
    unmeasured_en: str = ""

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return self.name_en if in_english() else self.name_zh

    @property
    def formula(self) -> str:
        """How it is reckoned, in words, in the reader's language."""
        return self.formula_en if in_english() else self.formula_zh

    @property
    def unmeasured(self) -> str:
        """Why nobody measures it yet, in the reader's language; empty if it is measured."""
        return self.unmeasured_en if in_english() else self.unmeasured_zh


_AUDIENCE = (
    Metric(
        code="entry_rate",
        group=Group.AUDIENCE,
        name_zh="曝光进入率",
        name_en="Entry rate",
        formula_zh="进入直播间的人数 ÷ 直播卡片曝光人数",
        formula_en="people who entered the room ÷ people who were shown a link to it",
        numerator="viewers",
        denominator="impressions",
        unit=Unit.SHARE,
        source="insight_act (entered)",
        unmeasured_zh="商城页面上的直播卡片曝光尚未统计，不以估算代替。",
        unmeasured_en="Who was shown a link to the room is not counted yet; we do not guess it.",
    ),
    Metric(
        code="views",
        group=Group.AUDIENCE,
        name_zh="观看次数 PV",
        name_en="Views",
        formula_zh="直播期间进入直播间的次数；30 分钟内断线重进不重复计",
        formula_en="times the room was entered while on air; who comes back within 30 minutes has "
        "not left",
        numerator="views",
        unit=Unit.COUNT,
        source="insight_act (entered)",
    ),
    Metric(
        code="viewers",
        group=Group.AUDIENCE,
        name_zh="观看人数 UV",
        name_en="Viewers",
        formula_zh="直播期间进入或观看过的人数；登录后的多台设备合并为一人",
        formula_en="people who entered or watched while on air; known people count once over all "
        "their browsers",
        numerator="viewers",
        unit=Unit.COUNT,
        source="insight_act, insight_viewing",
    ),
    Metric(
        code="pcu",
        group=Group.AUDIENCE,
        name_zh="最高在线 PCU",
        name_en="Peak viewers (PCU)",
        formula_zh="各分钟在看观众数的最大值",
        formula_en="the largest number of viewers who watched in one minute",
        numerator="peak_viewers",
        unit=Unit.COUNT,
        source="insight_viewing",
    ),
    Metric(
        code="acu",
        group=Group.AUDIENCE,
        name_zh="平均在线 ACU",
        name_en="Average viewers (ACU)",
        formula_zh="总观看秒数 ÷ 直播秒数",
        formula_en="seconds watched by all ÷ seconds on air",
        numerator="watched_seconds",
        denominator="air_seconds",
        unit=Unit.RATE,
        source="insight_viewing",
    ),
    Metric(
        code="watch_time",
        group=Group.AUDIENCE,
        name_zh="平均停留时长",
        name_en="Watch time",
        formula_zh="总观看秒数 ÷ 观看人数",
        formula_en="seconds watched by all ÷ viewers",
        numerator="watched_seconds",
        denominator="viewers",
        unit=Unit.SECONDS,
        source="insight_viewing",
    ),
    Metric(
        code="interaction_rate",
        group=Group.AUDIENCE,
        name_zh="互动率",
        name_en="Interaction rate",
        formula_zh="发过言或点过商品卡的观众数 ÷ 观看人数；不含工作人员，点赞不计",
        formula_en="viewers who spoke or clicked a card ÷ viewers; without the crew, and likes do "
        "not count",
        numerator="interacting",
        denominator="viewers",
        unit=Unit.SHARE,
        source="show_chatline, insight_act",
    ),
    Metric(
        code="chat_lines",
        group=Group.AUDIENCE,
        name_zh="评论数",
        name_en="Chat lines",
        formula_zh="观众发言条数，含被隐藏的，不含工作人员",
        formula_en="lines said by viewers, hidden ones too, without the crew",
        numerator="chat_lines",
        unit=Unit.COUNT,
        source="show_chatline",
    ),
    Metric(
        code="likes",
        group=Group.AUDIENCE,
        name_zh="点赞数",
        name_en="Likes",
        formula_zh="直播间点赞总数",
        formula_en="likes of the room, in all",
        numerator="likes",
        unit=Unit.COUNT,
        source="show_show",
    ),
    Metric(
        code="questions",
        group=Group.AUDIENCE,
        name_zh="提问数",
        name_en="Questions",
        formula_zh="观众发言中被识别为提问的条数",
        formula_en="lines of viewers that are questions",
        numerator="questions",
        unit=Unit.COUNT,
        source="show_chatline",
    ),
)

_GOODS = (
    Metric(
        code="ctr",
        group=Group.GOODS,
        name_zh="商品点击率 CTR",
        name_en="Click-through rate (CTR)",
        formula_zh="商品卡点击次数 ÷ 商品卡曝光次数",
        formula_en="clicks on cards ÷ cards that were seen",
        numerator="clicks",
        denominator="cards_seen",
        unit=Unit.SHARE,
        source="insight_act (card_seen, card_clicked)",
    ),
    Metric(
        code="ctor",
        group=Group.GOODS,
        name_zh="点击成交率 CTOR",
        name_en="Click-to-order rate (CTOR)",
        formula_zh="支付人数 ÷ 点击商品卡的人数",
        formula_en="people who paid ÷ people who clicked a card",
        numerator="buyers",
        denominator="clickers",
        unit=Unit.SHARE,
        source="order_order, insight_act",
    ),
    Metric(
        code="cvr",
        group=Group.GOODS,
        name_zh="观看成交率 CVR",
        name_en="Conversion rate (CVR)",
        formula_zh="支付人数 ÷ 观看人数",
        formula_en="people who paid ÷ viewers",
        numerator="buyers",
        denominator="viewers",
        unit=Unit.SHARE,
        source="order_order, insight_act",
    ),
    Metric(
        code="orders_held",
        group=Group.GOODS,
        name_zh="下单数",
        name_en="Orders placed",
        formula_zh="占到库存的订单数，无论随后是否支付",
        formula_en="orders for which pieces were held, paid later or not",
        numerator="orders_held",
        unit=Unit.COUNT,
        source="order_order",
    ),
    Metric(
        code="groups_opened",
        group=Group.GOODS,
        name_zh="开团数",
        name_en="Groups opened",
        formula_zh="拼团被开出的团数，无论是否成团",
        formula_en="groups of group-buys that were opened, formed later or not",
        numerator="groups_opened",
        unit=Unit.COUNT,
        source="order_group",
    ),
    Metric(
        code="groups_formed",
        group=Group.GOODS,
        name_zh="成团率",
        name_en="Groups that formed",
        formula_zh="成团数 ÷ 开团数",
        formula_en="groups that formed ÷ groups opened",
        numerator="groups_formed",
        denominator="groups_opened",
        unit=Unit.SHARE,
        source="order_group",
    ),
    Metric(
        code="people_brought",
        group=Group.GOODS,
        name_zh="参团人数",
        name_en="People brought by groups",
        formula_zh="在他人所开且已成团的团中付款的名额数",
        formula_en="seats paid in groups that formed, by people other than who opened them",
        numerator="people_brought",
        unit=Unit.COUNT,
        source="order_group, order_groupseat",
    ),
    Metric(
        code="deposits_paid",
        group=Group.GOODS,
        name_zh="已付定金订单数",
        name_en="Deposits paid",
        formula_zh="已付定金的预售订单数，无论后来是否付尾款",
        formula_en="orders of pre-sales whose deposit was paid, gone on with or not",
        numerator="deposits_paid",
        unit=Unit.COUNT,
        source="order_deposit",
    ),
    Metric(
        code="balances_paid",
        group=Group.GOODS,
        name_zh="尾款支付率",
        name_en="Deposits gone on with",
        formula_zh="付清尾款的订单数 ÷ 已付定金订单数；尾款未到期的也在分母中",
        formula_en="orders whose balance was paid too ÷ deposits paid; those whose balance is not "
        "due yet count below",
        numerator="balances_paid",
        denominator="deposits_paid",
        unit=Unit.SHARE,
        source="order_order, order_deposit",
    ),
    Metric(
        code="orders_paid",
        group=Group.GOODS,
        name_zh="支付订单数",
        name_en="Orders paid",
        formula_zh="已支付的订单数，退款的也算在内",
        formula_en="orders that were paid, also those refunded later",
        numerator="orders_paid",
        unit=Unit.COUNT,
        source="order_order",
    ),
    Metric(
        code="buyers",
        group=Group.GOODS,
        name_zh="支付人数",
        name_en="Buyers",
        formula_zh="至少支付一单的人数",
        formula_en="people who paid at least one order",
        numerator="buyers",
        unit=Unit.COUNT,
        source="order_order",
    ),
    Metric(
        code="pieces_paid",
        group=Group.GOODS,
        name_zh="支付件数",
        name_en="Pieces paid",
        formula_zh="已支付订单的商品件数",
        formula_en="pieces in orders that were paid",
        numerator="pieces_paid",
        unit=Unit.COUNT,
        source="order_order",
    ),
    Metric(
        code="opm",
        group=Group.GOODS,
        name_zh="分钟单量 OPM",
        name_en="Orders per minute (OPM)",
        formula_zh="支付订单数 ÷ 直播分钟数",
        formula_en="orders paid ÷ minutes on air",
        numerator="orders_paid",
        denominator="air_minutes",
        unit=Unit.RATE,
        source="order_order, show_show",
    ),
)


def _money(
    code: str, zh: str, en: str, formula_zh: str, formula_en: str, denominator: str = ""
) -> tuple[Metric, Metric]:
    """A figure about money, net first, and its gross twin."""
    both = {
        "group": Group.MONEY,
        "denominator": denominator,
        "unit": Unit.FEN,
        "source": "order_order, pay_refund",
    }
    net = Metric(
        code=f"net_{code}",
        name_zh=f"净{zh}",
        name_en=f"Net {en}",
        formula_zh=formula_zh.format("（支付金额 − 取消 − 退款）"),
        formula_en=formula_en.format("(paid − cancelled − refunded)"),
        numerator="net_fen",
        money=Money.NET,
        **both,  # type: ignore[arg-type]  # words of both, by name
    )
    gross = Metric(
        code=code,
        name_zh=zh,
        name_en=en,
        formula_zh=formula_zh.format("支付金额"),
        formula_en=formula_en.format("paid"),
        numerator="gross_fen",
        money=Money.GROSS,
        **both,  # type: ignore[arg-type]  # words of both, by name
    )
    return net, gross


_MONEY = (
    *_money("gmv", "成交额 GMV", "GMV", "{}", "{}"),
    *_money(
        "gpm",
        "千次观看成交 GPM",
        "GPM",
        "{} ÷ 观看次数 × 1000",
        "{} ÷ views × 1,000",
        "thousand_views",
    ),
    *_money(
        "uv_value",
        "UV 价值",
        "UV value",
        "{} ÷ 观看人数（不是观看次数）",
        "{} ÷ viewers (not visits)",
        "viewers",
    ),
    *_money("per_buyer", "客单价", "spend per buyer", "{} ÷ 支付人数", "{} ÷ buyers", "buyers"),
    *_money("aov", "笔单价 AOV", "AOV", "{} ÷ 支付订单数", "{} ÷ orders paid", "orders_paid"),
    *_money(
        "gmv_per_hour",
        "每小时成交额",
        "GMV per hour",
        "{} ÷ 直播小时数",
        "{} ÷ hours on air",
        "air_hours",
    ),
    Metric(
        code="discounts",
        group=Group.MONEY,
        name_zh="优惠让利",
        name_en="Discounts given",
        formula_zh="Σ（公布价 − 成交价），已支付且未取消、未退款的订单；出自利润",
        formula_en="Σ (published price − price paid) of orders paid and not given back; "
        "it came out of the margin",
        numerator="off_fen",
        unit=Unit.FEN,
        money=Money.KEPT,
        source="order_order, order_orderpart, price_priceversion",
    ),
    Metric(
        code="deposits",
        group=Group.MONEY,
        name_zh="定金金额",
        name_en="Money of deposits",
        formula_zh="Σ 已付且未退还的定金；付清尾款前不计入成交额",
        formula_en="Σ deposits paid that did not go back; no part of GMV until the balance is paid",
        numerator="deposits_fen",
        unit=Unit.FEN,
        money=Money.KEPT,
        source="order_order, order_deposit",
    ),
    Metric(
        code="deposits_kept",
        group=Group.MONEY,
        name_zh="未退定金",
        name_en="Deposits kept",
        formula_zh="Σ 买家未付尾款、按下单前说明的规则不退的定金；不是销售，不计入成交额",
        formula_en="Σ deposits of buyers who did not go on, kept by the rule that was said before "
        "the press; no sale, and no part of GMV",
        numerator="deposits_kept_fen",
        unit=Unit.FEN,
        money=Money.KEPT,
        source="order_deposit, order_orderstep",
    ),
    Metric(
        code="margin",
        group=Group.MONEY,
        name_zh="让利后利润",
        name_en="Margin after discounts",
        formula_zh="Σ（不含税成交额 − 成本单成本），已支付且未取消、未退款的订单；不扣善意补偿",
        formula_en="Σ (money without tax − cost by its cost sheet) of orders paid and not given "
        "back; goodwill is not taken off",
        numerator="margin_fen",
        unit=Unit.FEN,
        money=Money.KEPT,
        source="order_order, order_orderpart, price_priceversion",
    ),
    Metric(
        code="margin_on_cost",
        group=Group.MONEY,
        name_zh="利润率（对成本）",
        name_en="Margin on cost",
        formula_zh="让利后利润 ÷ 成本；应不高于利润承诺",
        formula_en="margin after discounts ÷ cost; never above the pledge",
        numerator="margin_fen",
        denominator="kept_cost_fen",
        unit=Unit.SHARE,
        source="order_order, order_orderpart, price_priceversion",
    ),
)

_AFTER = (
    Metric(
        code="expiry_rate",
        group=Group.AFTER,
        name_zh="未付过期率",
        name_en="Expiry rate",
        formula_zh="到期未支付的订单数 ÷ 下单数",
        formula_en="orders not paid in time ÷ orders placed",
        numerator="orders_expired",
        denominator="orders_held",
        unit=Unit.SHARE,
        source="order_order",
    ),
    Metric(
        code="cancel_rate",
        group=Group.AFTER,
        name_zh="支付后取消率",
        name_en="Cancel rate",
        formula_zh="支付后、发货前取消或退款的订单数 ÷ 支付订单数",
        formula_en="orders cancelled or refunded after payment, before shipping ÷ orders paid",
        numerator="orders_cancelled",
        denominator="orders_paid",
        unit=Unit.SHARE,
        source="order_order",
    ),
    Metric(
        code="return_rate",
        group=Group.AFTER,
        name_zh="退货率",
        name_en="Return rate",
        formula_zh="发货后退款的件数 ÷ 已发货件数",
        formula_en="pieces refunded after shipping ÷ pieces shipped",
        numerator="pieces_returned",
        denominator="pieces_shipped",
        unit=Unit.SHARE,
        source="order_order",
    ),
    Metric(
        code="refund_share",
        group=Group.AFTER,
        name_zh="退款金额占比",
        name_en="Share of money given back",
        formula_zh="（取消 + 退款）金额 ÷ 支付金额",
        formula_en="money cancelled and refunded ÷ money paid",
        numerator="given_back_fen",
        denominator="gross_fen",
        unit=Unit.SHARE,
        source="order_order, pay_refund",
        money=Money.GROSS,
    ),
    Metric(
        code="repurchase_rate",
        group=Group.AFTER,
        name_zh="复购率",
        name_en="Repurchase rate",
        formula_zh="本场支付者中，累计支付两单及以上的人数 ÷ 支付人数",
        formula_en="buyers of this show who have paid two orders or more, ever ÷ buyers",
        numerator="repeat_buyers",
        denominator="buyers",
        unit=Unit.SHARE,
        source="order_order",
    ),
)

_MAKER = (
    Metric(
        code="promise_lead",
        group=Group.MAKER,
        name_zh="平均承诺天数",
        name_en="Mean promise lead",
        formula_zh="Σ（承诺发货日 − 下单日）× 件数 ÷ 下单件数；天数在付款前已告知",
        formula_en="Σ (ship-by day − day of the order) × pieces ÷ pieces held; told before payment",
        numerator="lead_piece_days",
        denominator="pieces_held",
        unit=Unit.DAYS,
        source="order_order (ship_by)",
    ),
    Metric(
        code="promise_kept",
        group=Group.MAKER,
        name_zh="承诺兑现率",
        name_en="Promises kept",
        formula_zh="按承诺日发货的订单数 ÷（已发货 + 已逾期未发货）的订单数",
        formula_en="orders shipped by their day ÷ orders shipped or overdue",
        numerator="promises_kept",
        denominator="promises_due",
        unit=Unit.SHARE,
        source="order_order (ship_by, shipped_at)",
    ),
    Metric(
        code="promise_error",
        group=Group.MAKER,
        name_zh="平均承诺误差",
        name_en="Mean promise error",
        formula_zh="Σ（实际发货日 − 承诺发货日）÷ 已发货订单数；负数表示提前",
        formula_en="Σ (day shipped − ship-by day) ÷ orders shipped; below nought is early",
        numerator="promise_error_days",
        denominator="orders_shipped",
        unit=Unit.DAYS,
        source="order_order (ship_by, shipped_at)",
    ),
    Metric(
        code="oversold",
        group=Group.MAKER,
        name_zh="超卖件数",
        name_en="Pieces oversold",
        formula_zh="Σ max(0，占用与售出件数 − 放量件数)，另核对台账：各科目合计为零",
        formula_en="Σ max(0, pieces held and sold − pieces released); the ledger's accounts are "
        "checked to add up to nought as well",
        numerator="oversold",
        unit=Unit.COUNT,
        source="order_order, offer_offer, stock_balance",
    ),
    Metric(
        code="unmet_demand",
        group=Group.MAKER,
        name_zh="未满足的需求件数",
        name_en="Unmet demand",
        formula_zh="Σ 售罄后进入候补名单、没有等到货的件数（仍在等的也算）",
        formula_en="Σ pieces that people stood in line for after it was sold out and did not get; "
        "those who still wait count",
        numerator="pieces_unmet",
        unit=Unit.COUNT,
        source="order_waiting",
    ),
    Metric(
        code="price_changes",
        group=Group.MAKER,
        name_zh="直播中改价次数",
        name_en="Prices changed on air",
        formula_zh="直播期间发布的价格版本数，每个版本都有签名的成本单",
        formula_en="versions of prices published while on air, each with its signed cost card",
        numerator="price_changes",
        unit=Unit.COUNT,
        source="price_priceversion",
    ),
)

_PICTURE = (
    Metric(
        code="first_frame",
        group=Group.PICTURE,
        name_zh="首帧时间",
        name_en="Time to first frame",
        formula_zh="从进入直播间到看到第一帧画面的毫秒数，第 95 百分位",
        formula_en="from entering the room to the first picture, 95th percentile",
        numerator="first_frame_p95_ms",
        unit=Unit.MS,
        source="insight_act (entered)",
        unmeasured_zh="播放页尚未上报首帧时间。",
        unmeasured_en="The room's page does not report its first frame yet.",
    ),
    Metric(
        code="stall_ratio",
        group=Group.PICTURE,
        name_zh="卡顿时长占比",
        name_en="Rebuffer ratio",
        formula_zh="卡顿毫秒 ÷（播放毫秒 + 卡顿毫秒）；低于 0.5% 为优",
        formula_en="milliseconds stalled ÷ milliseconds watched and stalled; below 0.5 % is "
        "excellent",
        numerator="stalled_ms",
        denominator="played_ms",
        unit=Unit.SHARE,
        source="insight_viewing",
    ),
    Metric(
        code="stall_free",
        group=Group.PICTURE,
        name_zh="无卡顿观众占比",
        name_en="Viewers without a stall",
        formula_zh="全程无卡顿的观众数 ÷ 有播放记录的观众数",
        formula_en="viewers who never stalled ÷ viewers who watched",
        numerator="smooth_viewers",
        denominator="watching_viewers",
        unit=Unit.SHARE,
        source="insight_viewing",
    ),
    Metric(
        code="latency",
        group=Group.PICTURE,
        name_zh="画面延迟中位数",
        name_en="Median latency",
        formula_zh="观众每分钟上报的画面延迟，取中位数",
        formula_en="how far behind the camera viewers are, by their minutes, the median",
        numerator="latency_p50_ms",
        unit=Unit.MS,
        source="insight_viewing",
    ),
    Metric(
        code="card_error",
        group=Group.PICTURE,
        name_zh="商品卡与画面误差",
        name_en="Card against picture",
        formula_zh="商品卡出现时刻与其画面时刻之差的绝对值，第 95 百分位",
        formula_en="how far a card appeared from its own picture, either way, 95th percentile",
        numerator="card_error_p95_ms",
        unit=Unit.MS,
        source="insight_act (card_seen)",
    ),
)

METRICS: tuple[Metric, ...] = (*_AUDIENCE, *_GOODS, *_MONEY, *_AFTER, *_MAKER, *_PICTURE)
BY_CODE: Mapping[str, Metric] = {metric.code: metric for metric in METRICS}


def as_page() -> str:
    """The dictionary as ``docs/metrics.md`` has it; a test compares the two."""
    lines = [
        "# Metric dictionary / 指标词典",
        "",
        f"Version {VERSION}. Made from `src/firsthand/insight/dictionary.py`; edit it there.",
        "A figure that has nothing to be divided by is none (—), never 0. Money is net unless",
        "it says gross. 分母为零时该指标为空（—），绝不写 0；金额未注明者均为净额。",
        "",
        "| code | 名称 / name | 公式 / formula | unit | money | source |",
        "|---|---|---|---|---|---|",
    ]
    for metric in METRICS:
        formula = f"{metric.formula_zh}<br>{metric.formula_en}"
        if metric.unmeasured_en:
            formula += f"<br>*{metric.unmeasured_zh} {metric.unmeasured_en}*"
        lines.append(
            f"| `{metric.code}` | {metric.name_zh}<br>{metric.name_en} | {formula} "
            f"| {metric.unit} | {metric.money} | {metric.source} |"
        )
    return "\n".join(lines) + "\n"
