"""The maker's files as values. What makes no sense in them is named when they are read."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from firsthand.catalogue.rules import Kind
from firsthand.demo.drawings import ARCHETYPES

ALL = "all"


class Words(NamedTuple):
    """The same in two languages."""

    zh: str
    en: str


Fact = Decimal | Words | bool


class Colour(NamedTuple):
    """A colour that goods come in."""

    code: str
    zh: str
    en: str
    hex: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways in which a product can be had: a size, a memory."""

    code: str
    words: Words
    price_times: Decimal
    weight_times: Decimal
    facts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Options:
    """The ways in which a product can be had, and which bought parts differ between them."""

    affects: frozenset[str]  # keys of parts; ALL is everything
    choices: tuple[Choice, ...]


class Model(NamedTuple):
    """A product as it stands in the range: its name, its price in yuan, and what is its own.

    FACTS are those that its name says, or that no rule of its category would give it.
    """

    words: Words
    yuan: int
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a fact follows from a product's place between the plainest and the finest.

    A number runs from LOW to HIGH in STEPs; of CHOICES one is taken; a flag is true from LOW on.
    """

    code: str
    kind: Kind
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    step: Decimal = Decimal(1)
    choices: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A branch of the tree."""

    slug: str
    words: Words
    archetype: str
    position: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category with goods on it."""

    category: Category
    code: str
    recipe: str
    palette: tuple[Colour, ...]
    colours: int  # how many of the palette each product has
    options: Options | None
    weight: tuple[int, int]
    warranty_months: int
    works_with: tuple[str, ...]
    noun: Words
    models: tuple[Model, ...]
    taglines: tuple[Words, ...]
    stories: tuple[Words, ...]
    facts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A kind of fact."""

    code: str
    words: Words
    kind: Kind
    unit: str
    is_facet: bool


@dataclass(frozen=True, slots=True)
class Bought:
    """A part that is bought for one product."""

    into: str
    key: str
    words: Words
    share: int
    pieces: int
    days: int


@dataclass(frozen=True, slots=True)
class Common:
    """A part that many products share."""

    key: str
    words: Words
    cost_fen: int
    days: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a routing: what is done, for how long, and the setting up before it."""

    kind: str
    seconds: int
    setup_minutes: int
    words: Words | None = None  # where it is called otherwise than usually


@dataclass(frozen=True, slots=True)
class Made:
    """A sub-assembly."""

    key: str
    words: Words
    has_colour: bool
    steps: tuple[Step, ...]
    is_stocked: bool = False  # made in work orders of its own, ahead of its products


@dataclass(frozen=True, slots=True)
class Recipe:
    """How goods of a kind are made."""

    name: str
    plant: str
    lot: int
    main: str
    told: Words
    bought: tuple[Bought, ...]
    common: tuple[tuple[str, str, int], ...]  # into, key, pieces
    made: tuple[Made, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Centre:
    """Machines of one kind."""

    code: str
    plant: str
    kind: str
    words: Words
    machines: int
    start_minute: int
    minutes: int
    works_on_weekends: bool
    yuan_per_hour: int
    kilowatts: int


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of the maker's own."""

    role: str
    name: str
    title: Words
    mailbox: str


@dataclass(frozen=True, slots=True)
class House:
    """Who they are, and where they make it."""

    name: Words
    line: Words
    domain: str
    staff: tuple[Staff, ...]
    places: Mapping[str, Words]
    plants: Mapping[str, Words]
    ways: Mapping[tuple[str, str], int]  # hours between plants
    minor_setups: Mapping[str, int]  # minutes, by work centre
    steps: Mapping[str, Words]
    centres: tuple[Centre, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """All that is written down of the maker."""

    house: House
    categories: tuple[Category, ...]
    leaves: tuple[Leaf, ...]
    attributes: Mapping[str, Attribute]
    recipes: Mapping[str, Recipe]
    common: Mapping[str, Common]

    def __post_init__(self) -> None:
        """Look whether everything that is named is there."""
        slugs = [category.slug for category in self.categories]
        _must(len(slugs) == len(set(slugs)), "two categories have one slug")
        codes = [leaf.code for leaf in self.leaves]
        _must(len(codes) == len(set(codes)), "two leaves have one code")
        for category in self.categories:
            _must(category.archetype in ARCHETYPES, f"no drawing of {category.archetype}")
        for leaf in self.leaves:
            here = leaf.category.slug
            _must(leaf.recipe in self.recipes, f"{here}: there is no recipe {leaf.recipe}")
            for other in leaf.works_with:
                _must(other in slugs, f"{here}: there is no category {other}")
            if leaf.options is not None:
                keys = {part.key for part in self.recipes[leaf.recipe].bought}
                strange = leaf.options.affects - keys - {ALL}
                _must(not strange, f"{here}: {leaf.recipe} has no part {strange}")
        for recipe in self.recipes.values():
            for _into, key, _pieces in recipe.common:
                _must(key in self.common, f"{recipe.name}: there is no common part {key}")


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise ValueError(sentence)


@cache
def files() -> Files:
    """What is written down of the maker, read once."""
    attributes = _attributes()
    palettes = {
        name: tuple(Colour(*colour) for colour in colours)
        for name, colours in _read("palettes.toml").items()
    }
    options = {name: _options(table) for name, table in _read("options.toml").items()}
    categories: list[Category] = []
    leaves: list[Leaf] = []
    for number, name in enumerate(_ranges(), start=1):
        root = _read("ranges", name)
        categories.append(_category(root, number))
        for place, branch in enumerate(root["branch"], start=1):
            categories.append(_category(branch, place, root["slug"]))
            for spot, table in enumerate(branch["leaf"], start=1):
                category = _category(table, spot, branch["slug"])
                categories.append(category)
                leaves.append(_leaf(table, category, palettes, options, attributes))
    return Files(
        house=_house(),
        categories=tuple(categories),
        leaves=tuple(leaves),
        attributes=attributes,
        recipes={name: _recipe(name, table) for name, table in _read("recipes.toml").items()},
        common={
            key: Common(key, Words(zh, en), round(yuan * 100), days)
            for key, (zh, en, yuan, days) in _read("parts.toml").items()
        },
    )


def _read(*path: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath(*path)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _ranges() -> list[str]:
    files = resources.files(__package__).joinpath("ranges").iterdir()
    return sorted(file.name for file in files if file.name.endswith(".toml"))


def _attributes() -> dict[str, Attribute]:
    return {
        code: Attribute(code, Words(zh, en), Kind(kind), unit, facet)
        for code, (zh, en, kind, unit, facet) in _read("attributes.toml").items()
    }


def _options(table: Mapping[str, Any]) -> Options:
    affects = table["affects"]
    return Options(
        affects=frozenset([ALL] if affects == ALL else affects),
        choices=tuple(
            Choice(
                code,
                Words(zh, en),
                Decimal(str(price)),
                Decimal(str(weight)),
                {fact: Decimal(str(value)) for fact, value in facts.items()},
            )
            for code, zh, en, price, weight, facts in table["choices"]
        ),
    )


def _category(table: Mapping[str, Any], position: int, parent: str = "") -> Category:
    words = Words(table["zh"], table["en"])
    return Category(table["slug"], words, table["archetype"], position, parent)


def _leaf(
    table: Mapping[str, Any],
    category: Category,
    palettes: Mapping[str, tuple[Colour, ...]],
    options: Mapping[str, Options],
    attributes: Mapping[str, Attribute],
) -> Leaf:
    name = table.get("options")
    return Leaf(
        category=category,
        code=table["code"],
        recipe=table["recipe"],
        palette=palettes[table["palette"]],
        colours=table["colours"],
        options=options[name] if name else None,
        weight=(table["weight"][0], table["weight"][1]),
        warranty_months=table["warranty"],
        works_with=tuple(table["works_with"]),
        noun=Words(*table.get("noun", ("", ""))),
        models=tuple(
            Model(Words(zh, en), yuan, _own(own[0], table["facts"]) if own else {})
            for zh, en, yuan, *own in table["models"]
        ),
        taglines=tuple(Words(*pair) for pair in table["taglines"]),
        stories=tuple(Words(*pair) for pair in table["stories"]),
        facts=tuple(_rule(attributes[code], said) for code, said in table["facts"].items()),
    )


def _own(said: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Fact]:
    strange = said.keys() - known.keys()
    _must(not strange, f"facts of a model that its category does not have: {strange}")
    return {
        code: value
        if isinstance(value, bool)
        else Words(*value)
        if isinstance(value, list)
        else Decimal(str(value))
        for code, value in said.items()
    }


def _rule(attribute: Attribute, said: Any) -> Rule:
    if attribute.kind is Kind.FLAG:
        return Rule(attribute.code, attribute.kind, low=Decimal(str(0 if said is True else said)))
    if attribute.kind is Kind.NUMBER:
        low, high, step = (Decimal(str(number)) for number in said)
        return Rule(attribute.code, attribute.kind, low, high, step)
    return Rule(attribute.code, attribute.kind, choices=tuple(Words(*pair) for pair in said))


def _recipe(name: str, table: Mapping[str, Any]) -> Recipe:
    return Recipe(
        name=name,
        plant=table["plant"],
        lot=table["lot"],
        main=table["main"],
        told=Words(*table["told"]),
        bought=tuple(
            Bought(into, key, Words(zh, en), share, pieces, days)
            for into, key, zh, en, share, pieces, days in table["parts"]
        ),
        common=tuple((into, key, pieces) for into, key, pieces in table["shared"]),
        made=tuple(
            Made(
                key,
                Words(*made["names"]),
                made.get("colour", False),
                _steps(made["steps"]),
                made.get("stocked", False),
            )
            for key, made in table.get("made", {}).items()
        ),
        steps=_steps(table["unit"]),
    )


def _steps(rows: Any) -> tuple[Step, ...]:
    return tuple(
        Step(kind, seconds, setup, Words(*names) if names else None)
        for kind, seconds, setup, *names in rows
    )


def _house() -> House:
    table = _read("house.toml")
    maker = table["maker"]
    staff = [
        Staff(role, name, Words(zh, en), mailbox)
        for role, (name, zh, en, mailbox) in table["people"].items()
    ]
    staff += [
        Staff("host", one["name"], Words(one["title_zh"], one["title_en"]), one["mailbox"])
        for one in table["guests"]
    ]
    return House(
        name=Words(maker["zh"], maker["en"]),
        line=Words(maker["line_zh"], maker["line_en"]),
        domain=maker["domain"],
        staff=tuple(staff),
        places={one["code"]: Words(one["zh"], one["en"]) for one in table["places"]},
        plants={one["code"]: Words(one["zh"], one["en"]) for one in table["plants"]},
        ways={
            way: hours
            for one, others in table["ways"].items()
            for other, hours in others.items()
            for way in ((one, other), (other, one))
        },
        minor_setups=table["minor_setups"],
        steps={kind: Words(*names) for kind, names in table["steps"].items()},
        centres=tuple(
            Centre(code, plant, kind, Words(zh, en), *rest)
            for code, (plant, kind, zh, en, *rest) in table["centres"].items()
        ),
    )
