"""Products, from the maker's files: names, words, facts, SKUs, and what works with what. Pure.

Nothing here asks the clock or plain chance: what varies is drawn from the seed and the
product's own name, so that one product more does not change all the others.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b
from math import log

from firsthand.catalogue.rules import Kind
from firsthand.demo.maker.reading import (
    Choice,
    Colour,
    Fact,
    Files,
    Leaf,
    Model,
    Recipe,
    Rule,
    Words,
)

SKUS_MAX = 5  # of one product
LINKS_MAX = 4
YEARLY = Decimal("0.98")  # what of its price a model keeps with each year
YEAR = 2026  # of the range as it stands in the files
EDITIONS = [(year, is_fine) for is_fine in (False, True) for year in range(2025, 2013, -1)]
_HAN = re.compile("[\u4e00-\u9fff]")
_WITHOUT_CHOICE = Choice("", Words("", ""), Decimal(1), Decimal(1), {})


@dataclass(frozen=True, slots=True)
class Sku:
    """One size, one colour, and what it shall sell for."""

    code: str
    words: Words
    colour: Colour
    choice: Choice
    weight_g: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it is designed."""

    leaf: Leaf
    model_number: str
    slug: str
    words: Words
    tagline: Words
    story: Words
    level: Decimal  # 0: the plainest of its category, 1: the finest
    facts: Mapping[str, Fact]
    skus: tuple[Sku, ...]
    popularity: Decimal  # 0 … 1
    age_days: int  # since it was listed
    works_with: tuple[str, ...] = field(default=())  # slugs


class Chance:
    """Draws that depend on the seed and on what is drawn for, and on nothing else."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, *what: object) -> Decimal:
        """A number from 0 to 1."""
        words = "/".join(map(str, (self._seed, *what)))
        number = int.from_bytes(blake2b(words.encode(), digest_size=6).digest(), "big")
        return Decimal(number) / Decimal(1 << 48)

    def number(self, most: int, *what: object) -> int:
        """A whole number from 0 to MOST - 1."""
        return int(self.share(*what) * most)


def products_max(files: Files) -> int:
    """How many products the files are good for."""
    return sum(len(leaf.models) for leaf in files.leaves) * (1 + len(EDITIONS))


def design(files: Files, *, products: int, seed: int) -> list[Product]:
    """So many products: those of the range, then earlier years and fine editions of them."""
    if not 1 <= products <= products_max(files):
        raise ValueError(f"the maker has from 1 to {products_max(files):,} products")
    chance = Chance(seed)
    made: list[Product] = []
    slugs: set[str] = set()
    for leaf, place, model, edition in _chosen(files, products):
        recipe = files.recipes[leaf.recipe]
        made_at = files.house.plants[recipe.plant]
        product = _product(leaf, place, model, edition, recipe, made_at, chance)
        if product.slug in slugs:
            product = replace(product, slug=f"{product.slug}-{product.model_number.lower()}")
        slugs.add(product.slug)
        made.append(product)
    made.sort(key=lambda one: one.model_number)
    return [_linked(product, partners, chance) for product, partners in _partners(made)]


_Edition = tuple[int, bool] | None


def _chosen(files: Files, products: int) -> list[tuple[Leaf, int, Model, _Edition]]:
    """Which models: the first of every category, then the second … so that none is empty."""
    base = [
        (place, number, leaf, model)
        for number, leaf in enumerate(files.leaves)
        for place, model in enumerate(leaf.models, start=1)
    ]
    base.sort(key=lambda row: row[:2])
    rows: list[tuple[Leaf, int, Model, _Edition]] = [
        (leaf, place, model, None) for place, _number, leaf, model in base
    ]
    for edition in EDITIONS:
        if len(rows) >= products:
            break
        rows += [
            (leaf, place, model, edition)
            for place, _number, leaf, model in base
            if not model.words.zh.endswith("2025")  # a year of its own
        ]
    return rows[:products]


def _product(
    leaf: Leaf,
    place: int,
    model: Model,
    edition: _Edition,
    recipe: Recipe,
    made_at: Words,
    chance: Chance,
) -> Product:
    model_number = f"CY-{leaf.code}{place:02d}"
    words = _named(leaf, model)
    yuan = Decimal(model.yuan)
    age_years = 0
    if edition is not None:
        year, is_fine = edition
        age_years = YEAR - year
        model_number += f"-{'F' if is_fine else 'E'}{year % 100:02d}"
        if is_fine:
            words = Words(f"{words.zh} 典藏 {year}", f"{words.en} Fine {year}")
            yuan *= Decimal("1.15")
        else:
            words = Words(f"{words.zh} {year} 款", f"{words.en} ({year})")
        yuan = _charming(yuan * YEARLY**age_years)
    level = _level(leaf, model, age_years)
    facts = {rule.code: _fact(rule, level, chance, model_number) for rule in leaf.facts}
    facts |= model.facts
    facts |= {"made_at": made_at, "year": Decimal(YEAR - age_years)}
    turn = place + age_years
    skus = _skus(leaf, model_number, int(yuan), level, turn)
    said = {**facts, "name": model.words, "warranty": Decimal(leaf.warranty_months)}
    age_days = 20 + 365 * age_years + chance.number(300, "age", model_number)
    return Product(
        leaf=leaf,
        model_number=model_number,
        slug=slug_of(words.en),
        words=words,
        tagline=say(leaf.taglines[turn % len(leaf.taglines)], said),
        story=_joined(say(leaf.stories[turn % len(leaf.stories)], said), recipe.told),
        level=level,
        facts=facts,
        skus=skus,
        popularity=chance.share("popularity", model_number) ** 2,
        age_days=age_days,
    )


def _named(leaf: Leaf, model: Model) -> Words:
    """The model's name with what it is; a name that says so already is left alone."""
    zh, en = model.words
    if leaf.noun.zh and not zh.endswith(leaf.noun.zh):
        zh = f"{zh} {leaf.noun.zh}"
    if leaf.noun.en and not en.endswith(leaf.noun.en):
        en = f"{en} {leaf.noun.en}"
    return Words(zh, en)


def _level(leaf: Leaf, model: Model, age_years: int) -> Decimal:
    """Where a model stands between the cheapest and the dearest of its category."""
    prices = [log(one.yuan) for one in leaf.models]
    span = max(prices) - min(prices)
    place = (log(model.yuan) - min(prices)) / span if span else 0.5
    return max(Decimal(0), Decimal(str(round(place, 4))) - Decimal("0.04") * age_years)


def _fact(rule: Rule, level: Decimal, chance: Chance, name: str) -> Fact:
    if rule.kind is Kind.FLAG:
        return level >= rule.low
    if rule.choices:
        return rule.choices[min(int(level * len(rule.choices)), len(rule.choices) - 1)]
    wobble = (chance.share("fact", rule.code, name) - Decimal("0.5")) * Decimal("0.12")
    place = min(Decimal(1), max(Decimal(0), level + wobble))
    steps = round((rule.high - rule.low) * place / rule.step)
    value = rule.low + steps * rule.step
    least, most = min(rule.low, rule.high), max(rule.low, rule.high)
    return min(most, max(least, value))


def _skus(leaf: Leaf, model_number: str, yuan: int, level: Decimal, turn: int) -> tuple[Sku, ...]:
    choices = leaf.options.choices if leaf.options else (_WITHOUT_CHOICE,)
    # Each model begins with another colour of the palette, so that a shelf is not all white.
    first = (turn - 1) % len(leaf.palette)
    palette = (leaf.palette[first:] + leaf.palette[:first])[: leaf.colours]
    light, heavy = leaf.weight
    weight_g = light + (heavy - light) * level
    made: list[Sku] = []
    # Every colour of the first choice before any of the second: what is cut off is the last.
    for choice in choices:
        for colour in palette:
            price = Decimal(yuan) * choice.price_times
            made.append(
                Sku(
                    code="-".join(filter(None, (model_number, colour.code, choice.code))),
                    words=Words(
                        " ".join(filter(None, (colour.zh, choice.words.zh))),
                        ", ".join(filter(None, (colour.en, choice.words.en))),
                    ),
                    colour=colour,
                    choice=choice,
                    weight_g=int(weight_g * choice.weight_times),
                    price_fen=100 * int(price if choice.price_times == 1 else _charming(price)),
                )
            )
    return tuple(made[:SKUS_MAX])


def _charming(yuan: Decimal) -> Decimal:
    """A price as it is written on a tag: 3,694 becomes 3,699, and 21.4 becomes 21."""
    if yuan < 40:
        return Decimal(round(yuan))
    if yuan < 10_000:
        return Decimal(round(yuan / 10) * 10 - 1)
    return Decimal(round(yuan / 1000) * 1000 - 100)


class _Shown:
    """A number as a sentence shows it: plain, with thousands apart, in 万, or as megapixels."""

    def __init__(self, number: Decimal) -> None:
        self._number = number

    def __format__(self, how: str) -> str:
        if how == "wan":
            return f"{(self._number / 10_000).normalize():f}"
        if how == "mp":
            pixels = self._number * 100  # Chinese counts them in 万 and 亿
            return f"{pixels / 10_000:g} 亿" if pixels >= 10_000 else f"{pixels:.0f} 万"
        if how == ",":
            return f"{self._number:,.0f}"
        return f"{self._number.normalize():f}"


def say(words: Words, said: Mapping[str, Fact]) -> Words:
    """A sentence in both languages, with facts in their places: {screen}, {suction:,}."""

    def told(fact: Fact, language: int) -> object:
        if isinstance(fact, Words):
            return fact[language]
        return fact if isinstance(fact, bool) else _Shown(fact)

    name = said.get("name")
    zh = _close(words.zh, name.zh) if isinstance(name, Words) else words.zh
    return Words(
        *(
            sentence.format_map({code: told(fact, language) for code, fact in said.items()})
            for language, sentence in enumerate((zh, words.en))
        )
    )


def _close(sentence: str, name: str) -> str:
    """A Chinese sentence without the blanks that stand between Chinese signs around a name."""
    if _HAN.fullmatch(name[-1:]):
        sentence = re.sub(rf"(\{{name\}}) (?={_HAN.pattern})", r"\1", sentence)
    if _HAN.fullmatch(name[:1]):
        sentence = re.sub(rf"(?<={_HAN.pattern}) (\{{name\}})", r"\1", sentence)
    return sentence


def _joined(first: Words, second: Words) -> Words:
    return Words(f"{first.zh}\n\n{second.zh}", f"{first.en}\n\n{second.en}")


def slug_of(english: str) -> str:
    """An English name as it stands in an address.

    >>> slug_of("Sweep M30 Robot Vacuum (2024)")
    'sweep-m30-robot-vacuum-2024'
    """
    signs = [sign.lower() if sign.isascii() and sign.isalnum() else " " for sign in english]
    return "-".join("".join(signs).split())[:90]


_Shelf = Mapping[int, Sequence[Product]]  # the products of a category, by their age in years


def _partners(made: Sequence[Product]) -> Iterable[tuple[Product, list[Sequence[Product]]]]:
    """Each product with those that it might go with: of each category, those of its own age."""
    by_leaf: dict[str, dict[int, list[Product]]] = {}
    for product in made:
        shelf = by_leaf.setdefault(product.leaf.category.slug, {})
        shelf.setdefault(product.age_days // 365, []).append(product)
    for product in made:
        shelves = [by_leaf[slug] for slug in product.leaf.works_with if slug in by_leaf]
        yield product, [_of_age(shelf, product.age_days // 365) for shelf in shelves]


def _of_age(shelf: _Shelf, years: int) -> Sequence[Product]:
    return shelf[min(shelf, key=lambda age: (abs(age - years), age))]


def _linked(product: Product, partners: list[Sequence[Product]], chance: Chance) -> Product:
    """One product of each category it goes with: of about its own standing."""
    chosen: list[str] = []
    for others in partners[:LINKS_MAX]:
        near = min(
            others,
            key=lambda other: (
                abs(other.level - product.level)
                + chance.share("link", product.model_number, other.model_number) / 2
            ),
        )
        if near.slug != product.slug:
            chosen.append(near.slug)
    return replace(product, works_with=tuple(dict.fromkeys(chosen)))
