"""Pricing arithmetic. Pure: the same sheet gives the same price, on air and in an audit.

    cost  = material + labour + energy + overhead + freight + service reserve
    net   = cost + margin
    price = net + tax                                       what the buyer pays

Shares of the cost are rounded up to the fen, so that no cost is forgotten; the margin is what
is left of the net price, and is held against the pledge exactly, without rounding. The tax is
reckoned from the price, as on an invoice whose prices contain it: net = price ÷ (1 + tax),
rounded down (``_net``). Every price in whole fen is therefore made of parts that add up to it.
"""

import enum
from dataclasses import asdict, dataclass

from firsthand.factory.bom import Making
from firsthand.kit.money import BASIS_POINTS, divided, share_of

PRICE_MAX_FEN = 10**12  # ten billion yuan: whatever is dearer is a slip of the pen


@dataclass(frozen=True, slots=True)
class Policy:
    """How cost sheets are reckoned, and what the maker has promised about his margin."""

    energy_fen_per_kwh: int = 75
    overhead_bp: int = 600  # of material and labour
    freight_fen_per_kg: int = 320
    freight_fen_base: int = 280
    service_bp: int = 150  # of the cost to make
    margin_bp: int = 500  # of the cost; what is taken when nothing else is said
    tax_bp: int = 1300
    distributor_bp: int = 1500  # of the maker's net price
    retailer_bp: int = 2500  # of the distributor's net price
    ending_fen: int = 100  # prices end on a multiple of it, where the pledge and floor allow
    pledge_bp: int = 500  # of the cost: no margin is ever higher

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 0:
                raise ValueError(f"{name} of the policy is below nought")
        if self.ending_fen < 1:
            raise ValueError("prices end on a multiple of at least one fen")


@dataclass(frozen=True, slots=True)
class CostSheet:
    """What one piece costs to make, to bring to the door, and to stand by afterwards."""

    material_fen: int
    labour_fen: int
    energy_fen: int
    overhead_fen: int
    freight_fen: int
    service_fen: int

    def __post_init__(self) -> None:
        for part in self.__slots__:
            if getattr(self, part) < 0:
                raise ValueError(f"{part} is below nought")

    @property
    def total_fen(self) -> int:
        """The whole cost."""
        return (
            self.material_fen
            + self.labour_fen
            + self.energy_fen
            + self.overhead_fen
            + self.freight_fen
            + self.service_fen
        )


@dataclass(frozen=True, slots=True)
class OpenPrice:
    """A price, as the sum of its parts. A margin below nought is a price below the floor."""

    cost: CostSheet
    margin_fen: int
    tax_fen: int

    @property
    def net_fen(self) -> int:
        """The price without tax."""
        return self.cost.total_fen + self.margin_fen

    @property
    def price_fen(self) -> int:
        """What the buyer pays."""
        return self.net_fen + self.tax_fen

    @property
    def parts(self) -> dict[str, int]:
        """Every part by its name, in the order in which they are shown."""
        cost = {name: getattr(self.cost, name) for name in CostSheet.__slots__}
        return {**cost, "margin_fen": self.margin_fen, "tax_fen": self.tax_fen}


def cost_sheet(making: Making, weight_g: int, policy: Policy) -> CostSheet:
    """What a piece costs, from what its making takes and what it weighs packed.

    >>> cost_sheet(Making(80_00, 12_00, 800, 1200), 500, Policy())
    CostSheet(material_fen=8000, labour_fen=1200, energy_fen=60, overhead_fen=552, \
freight_fen=440, service_fen=148)
    """
    energy_fen = divided(making.energy_wh * policy.energy_fen_per_kwh, 1000)
    overhead_fen = share_of(making.material_fen + making.labour_fen, policy.overhead_bp)
    to_make_fen = making.material_fen + making.labour_fen + energy_fen + overhead_fen
    return CostSheet(
        material_fen=making.material_fen,
        labour_fen=making.labour_fen,
        energy_fen=energy_fen,
        overhead_fen=overhead_fen,
        freight_fen=policy.freight_fen_base + divided(weight_g * policy.freight_fen_per_kg, 1000),
        service_fen=share_of(to_make_fen, policy.service_bp),
    )


def reckon(cost: CostSheet, policy: Policy, *, margin_bp: int | None = None) -> OpenPrice:
    """The price of a piece with a margin of MARGIN_BP of its cost (the policy's, if not said).

    It is the lowest price in whole fen that leaves this margin, moved to a round ending:
    up, by adding to the margin, if the pledge allows it; if not, down, by taking from the
    margin, if the floor allows it; if neither, it stays as it is.

    >>> sheet = CostSheet(8000, 1200, 60, 552, 440, 148)
    >>> reckon(sheet, Policy(), margin_bp=400).parts["margin_fen"]  # 4 % alone: 416
    484
    >>> reckon(sheet, Policy(), margin_bp=400).price_fen
    12300
    >>> reckon(sheet, Policy(), margin_bp=500).price_fen  # 5 % is the pledge: no way up
    12300
    """
    margin_fen = cost.total_fen * (policy.margin_bp if margin_bp is None else margin_bp)
    net_fen = cost.total_fen + margin_fen // BASIS_POINTS
    exact_fen = _gross(net_fen, policy)
    return priced_at(cost, _rounded(exact_fen, cost, policy), policy)


def priced_at(cost: CostSheet, price_fen: int, policy: Policy) -> OpenPrice:
    """The parts of a price that somebody has set. It may break the pledge, or the floor.

    >>> priced_at(CostSheet(8000, 1200, 60, 552, 440, 148), 11900, Policy()).parts
    {'material_fen': 8000, 'labour_fen': 1200, 'energy_fen': 60, 'overhead_fen': 552, \
'freight_fen': 440, 'service_fen': 148, 'margin_fen': 130, 'tax_fen': 1370}
    """
    net_fen = _net(price_fen, policy)
    return OpenPrice(cost=cost, margin_fen=net_fen - cost.total_fen, tax_fen=price_fen - net_fen)


class Breach(enum.StrEnum):
    """Why a price cannot be published."""

    PLEDGE = "pledge_broken"
    FLOOR = "below_floor"


def breach(price: OpenPrice, policy: Policy) -> Breach | None:
    """Whether a price breaks the margin pledge, or lies below cost and tax."""
    if price.margin_fen < 0:
        return Breach.FLOOR
    if price.margin_fen * BASIS_POINTS > price.cost.total_fen * policy.pledge_bp:
        return Breach.PLEDGE
    return None


def lowest_fen(cost: CostSheet, policy: Policy) -> int:
    """The floor: the lowest price that covers cost and tax.

    >>> lowest_fen(CostSheet(8000, 1200, 60, 552, 440, 148), Policy())
    11752
    """
    return _gross(cost.total_fen, policy)


def highest_fen(cost: CostSheet, policy: Policy) -> int:
    """The roof: the highest price that keeps the margin pledge.

    >>> highest_fen(CostSheet(8000, 1200, 60, 552, 440, 148), Policy())
    12340
    """
    roof_fen = cost.total_fen + cost.total_fen * policy.pledge_bp // BASIS_POINTS
    # The last price before the one whose net price is a fen above the roof.
    return _gross(roof_fen + 1, policy) - 1


def through_middlemen(price: OpenPrice, policy: Policy) -> int:
    """What the same piece would cost if a distributor and a retailer stood between.

    Each adds his share to the net price at which he buys, and the tax is on the last one.
    The shares are the policy's assumptions, shown with the figure. Rounded down: the others
    are never made to look dearer than they were reckoned.

    >>> through_middlemen(OpenPrice(CostSheet(8000, 1200, 60, 552, 440, 148), 416, 1405), Policy())
    17569
    """
    return (
        price.net_fen
        * (BASIS_POINTS + policy.distributor_bp)
        * (BASIS_POINTS + policy.retailer_bp)
        * (BASIS_POINTS + policy.tax_bp)
    ) // BASIS_POINTS**3


def assumptions(policy: Policy) -> dict[str, int]:
    """What the comparison with middlemen stands on; it is shown beside it, and signed."""
    return {
        "distributor_bp": policy.distributor_bp,
        "retailer_bp": policy.retailer_bp,
        "tax_bp": policy.tax_bp,
    }


def _net(price_fen: int, policy: Policy) -> int:
    """The price without the tax in it. The one place where tax is rounded."""
    return price_fen * BASIS_POINTS // (BASIS_POINTS + policy.tax_bp)


def _gross(net_fen: int, policy: Policy) -> int:
    """The lowest price that has this net price, or a higher one."""
    return share_of(net_fen, BASIS_POINTS + policy.tax_bp)


def _rounded(price_fen: int, cost: CostSheet, policy: Policy) -> int:
    """The price, moved to a round ending where the pledge and the floor allow it."""
    step = policy.ending_fen
    up, down = divided(price_fen, step) * step, price_fen // step * step
    if up <= highest_fen(cost, policy):
        return up
    if down >= lowest_fen(cost, policy):
        return down
    return price_fen
