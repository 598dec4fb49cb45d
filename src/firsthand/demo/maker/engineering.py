"""How each product is made, so that it costs what its price says. Pure.

A price follows from a cost sheet, never the other way round; but somebody who designs a
product begins with what it shall cost. So does this module: it asks the house's own pricing
rules which material a price leaves room for, once labour and energy are known from the
routing, and shares that out over the bought parts of the recipe. What the factory then rolls
up, and the price floor publishes, is the price on the tag.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from firsthand.demo.maker.design import Product, Sku
from firsthand.demo.maker.reading import ALL, Bought, Centre, Files, Made, Recipe, Step, Words
from firsthand.factory.bom import HOUR, Making
from firsthand.kit.money import BASIS_POINTS
from firsthand.price.rules import Policy, cost_sheet, reckon

UNIT = "unit"
LEAST_OWN_SHARE = Fraction(1, 5)  # of the material: below, the recipe does not fit the price
_SCRAP_BP = {"moulding": 120, "machining": 180, "pressing": 100, "sewing": 80}


class Part(NamedTuple):
    """Anything that goes into a product, or is one."""

    code: str
    words: Words
    is_made: bool
    cost_fen: int = 0
    days: int = 0
    family: str = ""
    lot: int = 1
    plant: str = ""
    sku: str = ""
    is_stocked: bool = False


class Line(NamedTuple):
    """So many of a component go into a part."""

    parent: str
    component: str
    pieces: int
    scrap_bp: int = 0


class Operation(NamedTuple):
    """A step of a part's routing."""

    part: str
    number: int
    centre: str
    words: Words
    setup_minutes: int
    run_seconds: int


@dataclass(slots=True)
class Engineered:
    """The parts, bills and routings of many products."""

    parts: dict[str, Part] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """A part, which is there once however many ask for it."""
        self.parts.setdefault(part.code, part)


class Works:
    """The work centres, by plant and by what they do."""

    def __init__(self, files: Files) -> None:
        self._centres: dict[tuple[str, str], Centre] = {
            (centre.plant, centre.kind): centre for centre in files.house.centres
        }
        self._elsewhere = {centre.kind: centre for centre in files.house.centres}
        self._words = files.house.steps

    def centre(self, plant: str, kind: str) -> Centre:
        """Where a plant does something: itself, or the other one for it."""
        return self._centres.get((plant, kind)) or self._elsewhere[kind]

    def words(self, step: Step) -> Words:
        """What a step is called."""
        return step.words or self._words[step.kind]


def engineer(files: Files, products: list[Product], policy: Policy) -> Engineered:
    """Parts, bills and routings of all products."""
    done, works = Engineered(), Works(files)
    for common in files.common.values():
        done.add(Part(f"P-{common.key}", common.words, False, common.cost_fen, common.days))
    for product in products:
        _Making(files, works, product, policy).into(done)
    return done


class _Making:
    """The making of one product, with all its colours and choices."""

    def __init__(self, files: Files, works: Works, product: Product, policy: Policy) -> None:
        self.files, self.works, self.product, self.policy = files, works, product, policy
        self.recipe: Recipe = files.recipes[product.leaf.recipe]
        options = product.leaf.options
        self.affects = options.affects if options else frozenset[str]()
        self.step_of = {UNIT: self.recipe.steps, **{m.key: m.steps for m in self.recipe.made}}
        self.common_fen = sum(
            files.common[key].cost_fen * pieces for _into, key, pieces in self.recipe.common
        )

    def into(self, done: Engineered) -> None:
        """Write the parts, the lines and the steps of every SKU."""
        base = self.product.skus[0]
        base_costs = self._costs(base)
        costs = {base.choice.code: base_costs}
        for sku in self.product.skus:
            if sku.choice.code not in costs:
                costs[sku.choice.code] = self._costs(sku, base_costs)
            self._unit(done, sku, costs[sku.choice.code])

    # --- what it may cost -------------------------------------------------------------------

    def _costs(self, sku: Sku, base: Mapping[str, int] | None = None) -> dict[str, int]:
        """What each bought part of a SKU costs, so that the SKU costs what it shall."""
        material_fen = self._material(sku) - self.common_fen
        if base is not None and not self.affects:
            return dict(base)
        if base is not None and ALL not in self.affects:
            [key] = sorted(self.affects)
            others = self._material_of({**base, key: 0})
            return {**base, key: material_fen - others}
        return self._shared_out(material_fen)

    def _shared_out(self, material_fen: int) -> dict[str, int]:
        """Material over the bought parts, by their shares; the main one takes the rest."""
        if material_fen < LEAST_OWN_SHARE * (material_fen + self.common_fen):
            raise ValueError(
                f"{self.product.model_number}: {self.recipe.name} leaves {material_fen} fen"
                f" for parts of its own, beside {self.common_fen} fen of common ones"
            )
        shares = sum(part.share for part in self.recipe.bought)
        costs = {
            part.key: max(1, material_fen * part.share // shares // part.pieces)
            for part in self.recipe.bought
        }
        rest = material_fen - self._material_of({**costs, self.recipe.main: 0})
        return {**costs, self.recipe.main: rest}

    def _material_of(self, costs: Mapping[str, int]) -> int:
        """What the bought parts come to, with what is spoilt, as the roll-up rounds it."""
        total = Fraction(0)
        for part in self.recipe.bought:
            goes_in = Fraction(part.pieces * (BASIS_POINTS + self._scrap_bp(part)), BASIS_POINTS)
            total += goes_in * costs[part.key]
        return ceil(total)

    def _scrap_bp(self, part: Bought) -> int:
        """What is spoilt of a part; nothing of those by which the cost is set."""
        if part.key == self.recipe.main or part.key in self.affects:
            return 0
        return max((_SCRAP_BP.get(step.kind, 0) for step in self.step_of[part.into]), default=0)

    def _material(self, sku: Sku) -> int:
        """Which material leaves the SKU at its price, by the house's own pricing rules."""
        labour, energy = self._work()

        def price_fen(material_fen: int) -> int:
            making = Making(material_fen, ceil(labour), ceil(energy), 0)
            return reckon(cost_sheet(making, sku.weight_g, self.policy), self.policy).price_fen

        low, high = 0, sku.price_fen
        while low < high:  # the least material at which the price is reached
            middle = (low + high) // 2
            if price_fen(middle) < sku.price_fen:
                low = middle + 1
            else:
                high = middle
        return low

    def _work(self) -> tuple[Fraction, Fraction]:
        """Labour in fen and energy in Wh of one piece, all levels together."""
        labour = energy = Fraction(0)
        for steps in self.step_of.values():
            for step in steps:
                centre = self.works.centre(self.recipe.plant, step.kind)
                lasts = Fraction(step.seconds * self.recipe.lot + 60 * step.setup_minutes)
                hours = lasts / (self.recipe.lot * HOUR)
                labour += hours * 100 * centre.yuan_per_hour
                energy += hours * 1000 * centre.kilowatts
        return labour, energy

    # --- what it is made of -----------------------------------------------------------------

    def _unit(self, done: Engineered, sku: Sku, costs: Mapping[str, int]) -> None:
        product = self.product
        done.add(
            Part(
                code=sku.code,
                words=Words(
                    *(f"{p} {s}"[:120] for p, s in zip(product.words, sku.words, strict=True))
                ),
                is_made=True,
                family=product.leaf.category.slug,
                lot=self.recipe.lot,
                plant=self.recipe.plant,
                sku=sku.code,
            )
        )
        for made in self.recipe.made:
            code = self._made(done, made, sku, costs)
            done.lines.append(Line(sku.code, code, 1))
        done.lines.extend(self._lines(done, UNIT, sku.code, sku, costs))
        done.operations.extend(self._operations(sku.code, self.recipe.steps))

    def _made(self, done: Engineered, made: Made, sku: Sku, costs: Mapping[str, int]) -> str:
        """A sub-assembly: one for all SKUs, or one for each colour, choice or both."""
        keys = {part.key for part in self.recipe.bought if part.into == made.key}
        differs = bool(self.affects & {*keys, ALL}) and sku.choice.code
        code = "-".join(
            filter(
                None,
                (
                    self.product.model_number,
                    made.key.upper(),
                    sku.colour.code if made.has_colour else "",
                    sku.choice.code if differs else "",
                ),
            )
        )
        if code in done.parts:
            return code
        colour = sku.colour if made.has_colour else Words("", "")
        zh = " ".join(filter(None, (self.product.words.zh, made.words.zh, colour.zh)))
        en = " ".join(filter(None, (self.product.words.en, made.words.en.lower(), colour.en)))
        family = f"{self.product.leaf.category.slug[:26]} {made.key}"[:40]
        done.add(
            Part(
                code,
                Words(zh[:120], en[:120]),
                True,
                family=family,
                lot=self.recipe.lot,
                plant=self.recipe.plant,
                is_stocked=made.is_stocked,
            )
        )
        done.lines.extend(self._lines(done, made.key, code, sku, costs))
        done.operations.extend(self._operations(code, made.steps))
        return code

    def _lines(
        self, done: Engineered, into: str, parent: str, sku: Sku, costs: Mapping[str, int]
    ) -> Iterator[Line]:
        for part in self.recipe.bought:
            if part.into == into:
                code = self._bought(done, part, sku, costs)
                yield Line(parent, code, part.pieces, self._scrap_bp(part))
        for where, key, pieces in self.recipe.common:
            if where == into:
                yield Line(parent, f"P-{key}", pieces)

    def _bought(self, done: Engineered, part: Bought, sku: Sku, costs: Mapping[str, int]) -> str:
        differs = bool(self.affects & {part.key, ALL}) and sku.choice.code
        code = f"{self.product.model_number}-{part.key}" + (
            f"-{sku.choice.code}" if differs else ""
        )
        size = sku.choice.words if differs else Words("", "")
        zh = " ".join(filter(None, (self.product.words.zh, part.words.zh, size.zh)))
        en = " ".join(filter(None, (self.product.words.en, part.words.en.lower(), size.en)))
        done.add(Part(code, Words(zh[:120], en[:120]), False, costs[part.key], part.days))
        return code

    def _operations(self, code: str, steps: tuple[Step, ...]) -> Iterator[Operation]:
        for number, step in enumerate(steps, start=1):
            centre = self.works.centre(self.recipe.plant, step.kind)
            yield Operation(
                code,
                10 * number,
                centre.code,
                self.works.words(step),
                step.setup_minutes,
                step.seconds,
            )
