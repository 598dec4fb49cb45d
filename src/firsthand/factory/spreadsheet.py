"""What costs follow from, as a spreadsheet: parts with what they cost, bills, routings.

The same rules as for the catalogue's (``catalogue.spreadsheet``): rows are known by their
keys, nothing is removed because a file does not mention it, and one wrong cell keeps the
whole file out. A quantity of nought takes a line out of a bill. Prices do not move by it:
what is published stays until it is published anew.
"""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.catalogue.models import Sku
from firsthand.catalogue.spreadsheet.book import Page, Plain, write_csvs, write_xlsx
from firsthand.catalogue.spreadsheet.columns import (
    Flag,
    Name,
    OneOf,
    Row,
    Sheet,
    Text,
    Whole,
    Yuan,
    read_sheet,
)
from firsthand.catalogue.spreadsheet.merging import Merged, ids, tables_by_sheet, upsert
from firsthand.catalogue.spreadsheet.report import Errors, ImportReport, Tally
from firsthand.factory.actions import FEED
from firsthand.factory.events import CostInputsImported
from firsthand.factory.models import BomLine, Operation, Part, Plant, WorkCentre
from firsthand.factory.store import hold_planning, take_lines_out
from firsthand.kit import outbox

CIRCLES_MAX = 20  # told of one file

_CODE = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_CODE_SENTENCE = _("only letters, digits and . _ / - stand in this")
_NO_PART = _("there is no part “{name}”")
_BOUGHT = _("“{name}” is bought, not made")


def code(name: str, *, required: bool = True) -> Name:
    """A column that names a part or a SKU."""
    return Name(name=name, longest=60, required=required, pattern=_CODE, sentence=_CODE_SENTENCE)


PARTS = Sheet(
    "parts",
    ("code",),
    (
        code("code"),
        Text(name="name_zh", longest=120, required=True),
        Text(name="name_en", longest=120, required=True),
        OneOf(name="kind", words=tuple(Part.Kind.values), required=True),
        code("sku", required=False),
        Name(name="plant", longest=30),
        Text(name="family", longest=40),
        Yuan(name="unit_cost_yuan"),
        Whole(name="lead_time_days", most=3_650),
        Whole(name="on_hand", most=10**12),
        Whole(name="lot_size", least=1, most=1_000_000, empty=100),
        Flag(name="is_stocked"),
        OneOf(name="lot_rule", words=tuple(Part.LotRule.values), empty=Part.LotRule.FIXED.value),
        Whole(name="order_minimum", least=1, most=1_000_000, empty=1),
        Whole(name="order_multiple", least=1, most=1_000_000, empty=1),
        Whole(name="period_days", least=1, most=400, empty=7),
        Whole(name="safety_stock", most=1_000_000_000),
        Text(name="supplier", longest=120),
    ),
)
BOM = Sheet(
    "bom",
    ("parent", "component"),
    (
        code("parent"),
        code("component"),
        Whole(name="quantity", most=1_000_000, required=True),
        Whole(name="scrap_bp", most=9_000),
    ),
)
OPERATIONS = Sheet(
    "operations",
    ("part", "number"),
    (
        code("part"),
        Whole(name="number", least=1, most=100_000, required=True),
        Name(name="work_centre", longest=40, required=True),
        Text(name="name_zh", longest=120, required=True),
        Text(name="name_en", longest=120, required=True),
        Whole(name="setup_minutes", most=100_000),
        Whole(name="run_seconds", least=1, most=10_000_000, required=True),
    ),
)
ALL = (PARTS, BOM, OPERATIONS)

_PARTS_PATHS = {"sku": "sku__code", "plant": "plant__code", "unit_cost_yuan": "unit_cost_fen"}
_BOM_PATHS = {"parent": "parent__code", "component": "component__code"}
_OPERATIONS_PATHS = {"part": "part__code", "work_centre": "work_centre__code"}


# --- out ------------------------------------------------------------------------------------


def export_workbook() -> bytes:
    """Parts, bills and routings as an Excel workbook."""
    return write_xlsx(_pages())


def export_csvs() -> bytes:
    """The same as a zip with a CSV for each sheet."""
    return write_csvs(_pages())


def _pages() -> list[Page]:
    return [
        Page(PARTS.name, PARTS.header, _rows(PARTS, Part, _PARTS_PATHS)),
        Page(BOM.name, BOM.header, _rows(BOM, BomLine, _BOM_PATHS)),
        Page(OPERATIONS.name, OPERATIONS.header, _rows(OPERATIONS, Operation, _OPERATIONS_PATHS)),
    ]


def _rows(sheet: Sheet, model: type[Model], paths: Mapping[str, str]) -> Iterator[list[Plain]]:
    fields = [paths.get(name, name) for name in sheet.header]
    order = [paths.get(name, name) for name in sheet.key]
    rows = model._default_manager.order_by(*order).values_list(*fields)
    for row in rows.iterator():
        yield sheet.written(row)


# --- in -------------------------------------------------------------------------------------


def import_workbook(data: bytes, by: int | None, *, dry_run: bool = False) -> ImportReport:
    """Take parts, bills and routings over, or say by row and column what is wrong.

    Runs in the caller's transaction. A file that cannot be read at all is a refusal.
    """
    assert connection.in_atomic_block, "an import holds or falls as a whole"
    tables, passed_over = tables_by_sheet(data, ALL)
    errors = Errors()
    hold_planning()  # no plan is made of half a bill
    rows = {sheet.name: read_sheet(sheet, table, errors) for sheet, table in tables.items()}
    intake = _Intake(rows, errors)
    intake.look()
    if not errors and not dry_run:
        intake.write()
        written = {name: tally.written for name, tally in intake.tallies.items() if tally.written}
        if written:
            outbox.tell(FEED, [CostInputsImported(by, written)])
    return ImportReport(
        intake.tallies, tuple(errors), errors.count, tuple(passed_over), is_rehearsal=dry_run
    )


class _Intake:
    """One import, laid over what is there."""

    def __init__(self, rows: Mapping[str, list[Row]], errors: Errors) -> None:
        self.errors = errors
        lines = rows.get(BOM.name, [])
        kept = [row for row in lines if row.values.get("quantity") != 0]
        out = [row for row in lines if row.values.get("quantity") == 0]
        parts, operations = rows.get(PARTS.name, []), rows.get(OPERATIONS.name, [])
        self.parts = Merged(PARTS, parts, Part.objects.all(), errors, paths=_PARTS_PATHS)
        self.bom = Merged(BOM, kept, BomLine.objects.all(), errors, paths=_BOM_PATHS)
        self.gone = Merged(BOM, out, BomLine.objects.all(), Errors(), paths=_BOM_PATHS)
        self.operations = Merged(
            OPERATIONS, operations, Operation.objects.all(), errors, paths=_OPERATIONS_PATHS
        )
        self.bom.tally.removed = len(self.gone.known)

    @property
    def tallies(self) -> dict[str, Tally]:
        """What becomes of each sheet's rows."""
        return {
            PARTS.name: self.parts.tally,
            BOM.name: self.bom.tally,
            OPERATIONS.name: self.operations.tally,
        }

    # --- look -------------------------------------------------------------------------------

    def look(self) -> None:
        """Find everything that is wrong."""
        kinds = self.parts.after("kind")
        self._look_for(self.parts, "plant", ids(Plant, "code"), _("there is no plant “{name}”"))
        self._look_for(self.parts, "sku", ids(Sku, "code"), _("there is no SKU “{name}”"))
        self._look_for(self.bom, "parent", kinds, _NO_PART)
        self._look_for(self.bom, "component", kinds, _NO_PART)
        self._look_for(self.operations, "part", kinds, _NO_PART)
        self._look_for(
            self.operations,
            "work_centre",
            ids(WorkCentre, "code"),
            _("there is no work centre “{name}”"),
        )
        self._look_at_skus(kinds)
        self._look_at_kinds(kinds)
        self._look_for_circles()

    def _look_for(
        self, merged: Merged, column: str, names: Mapping[str, Any], sentence: Any
    ) -> None:
        for row in merged.rows:
            name = row.values.get(column)
            if name and name not in names:
                words = format_lazy(sentence, name=name)
                self.errors.add(merged.sheet.name, row.number, column, words)

    def _look_at_skus(self, kinds: Mapping[str, str]) -> None:
        """A SKU is one part, and that one is made."""
        holders: dict[str, str] = {}
        for code, sku in self.parts.after("sku").items():
            if not sku:
                continue
            other = holders.setdefault(sku, code)
            ours, theirs = (code, other) if code in self.parts.numbers else (other, code)
            if ours not in self.parts.numbers:
                continue
            number = self.parts.numbers[ours]
            if other != code:
                words = format_lazy(_("“{name}” is this SKU already"), name=theirs)
                self.errors.add(PARTS.name, number, "sku", words)
            elif kinds[code] != Part.Kind.MADE:
                self.errors.add(PARTS.name, number, "kind", _("a part that is a SKU is made"))

    def _look_at_kinds(self, kinds: Mapping[str, str]) -> None:
        """What is bought has no bill and no routing, neither new ones nor old."""
        for merged, column in ((self.bom, "parent"), (self.operations, "part")):
            for row in merged.rows:
                name = row.values[column]
                if kinds.get(name) == Part.Kind.BOUGHT:
                    words = format_lazy(_BOUGHT, name=name)
                    self.errors.add(merged.sheet.name, row.number, column, words)
        bought = [
            code
            for code, row in self.parts.changed.items()
            if row["kind"] == Part.Kind.BOUGHT and self.parts.known[code]["kind"] == Part.Kind.MADE
        ]
        of = {"parent__code": BomLine, "part__code": Operation}
        made = {
            code
            for path, model in of.items()
            for code in model._default_manager.filter(**{f"{path}__in": bought}).values_list(
                path, flat=True
            )
        }
        for code in sorted(made):
            words = _("it has a bill or a routing, and so it is made")
            self.errors.add(PARTS.name, self.parts.numbers[code], "kind", words)

    def _look_for_circles(self) -> None:
        """Nothing is made of itself, not by way of others either."""
        gone = set(self.gone.known)
        graph: dict[str, dict[str, None]] = {}  # dicts keep their order, and so the path told
        for parent, component in self.bom.after("quantity"):
            if (parent, component) not in gone:
                graph.setdefault(parent, {})[component] = None
        for _number in range(CIRCLES_MAX):
            try:
                TopologicalSorter(graph).prepare()
            except CycleError as fault:
                circle: list[str] = list(reversed(fault.args[1]))
                self._tell_circle(circle)
                del graph[circle[0]][circle[1]]
            else:
                return

    def _tell_circle(self, circle: list[str]) -> None:
        words = format_lazy(_("this is made of itself: {path}"), path=" → ".join(circle))
        lines = list(pairwise(circle))
        ours = [self.bom.numbers[line] for line in lines if line in self.bom.numbers]
        # A circle that no row of the file is part of was there before, and is not its fault.
        if ours:
            self.errors.add(BOM.name, max(ours), "component", words)

    # --- write ------------------------------------------------------------------------------

    def write(self) -> None:
        """Write it all, set by set."""
        plant_ids, sku_ids = ids(Plant, "code"), ids(Sku, "code")
        # Two parts may exchange their SKUs; for a moment neither has one.
        Part.objects.filter(code__in=[*self.parts.changed]).update(sku=None)
        upsert(
            Part,
            [
                {
                    **row,
                    "sku_id": sku_ids[row["sku"]] if row["sku"] else None,
                    "plant_id": plant_ids[row["plant"]] if row["plant"] else None,
                    "unit_cost_fen": row["unit_cost_yuan"],
                }
                for row in self.parts.touched.values()
            ],
            "code",
            without=("sku", "plant", "unit_cost_yuan"),
        )
        part_ids = ids(Part, "code")
        upsert(
            BomLine,
            [
                {
                    **row,
                    "parent_id": part_ids[row["parent"]],
                    "component_id": part_ids[row["component"]],
                }
                for row in self.bom.touched.values()
            ],
            ("parent", "component"),
            without=("parent", "component"),
        )
        take_lines_out(
            (part_ids[parent], part_ids[component]) for parent, component in self.gone.known
        )
        centre_ids = ids(WorkCentre, "code")
        upsert(
            Operation,
            [
                {
                    **row,
                    "part_id": part_ids[row["part"]],
                    "work_centre_id": centre_ids[row["work_centre"]],
                }
                for row in self.operations.touched.values()
            ],
            ("part", "number"),
            without=("part", "work_centre"),
        )
