"""What came of reading a spreadsheet: how much is new, and what is wrong, cell by cell."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

ERRORS_MAX = 500  # told one by one; what is beyond is counted


@dataclass(frozen=True, slots=True)
class CellError:
    """Something wrong in one cell. COLUMN is empty when it is the row as a whole."""

    sheet: str
    row: int  # as the spreadsheet counts: the header is row 1
    column: str
    sentence: object  # a lazy translation, or words

    def __str__(self) -> str:
        if self.column:
            place = _("sheet {sheet}, row {row}, column {column}: {sentence}")
        else:
            place = _("sheet {sheet}, row {row}: {sentence}")
        return place.format(
            sheet=self.sheet, row=self.row, column=self.column, sentence=self.sentence
        )

    def as_json(self) -> dict[str, Any]:
        """The error for machines, with its sentence in the reader's language."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "sentence": str(self.sentence),
        }


@dataclass(slots=True)
class Errors:
    """What is wrong in a workbook, in the order it was found, at most ERRORS_MAX told."""

    told: list[CellError] = field(default_factory=list)
    count: int = 0

    def add(self, sheet: str, row: int, column: str, sentence: object) -> None:
        """Something is wrong there."""
        self.count += 1
        if len(self.told) < ERRORS_MAX:
            self.told.append(CellError(sheet, row, column, sentence))

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[CellError]:
        return iter(self.told)


@dataclass(slots=True)
class Tally:
    """What became of the rows of one sheet."""

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0

    @property
    def written(self) -> int:
        """How many rows are another than before."""
        return self.new + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do; with any error it did nothing at all."""

    tallies: dict[str, Tally]
    errors: tuple[CellError, ...] = ()
    errors_count: int = 0
    passed_over: tuple[str, ...] = ()  # sheets of the file that are none of ours
    is_rehearsal: bool = False

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return self.errors_count == 0

    @property
    def is_written(self) -> bool:
        """Whether the rows are in the database."""
        return self.is_good and not self.is_rehearsal

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "written": self.is_written,
            "sheets": {
                name: {
                    "new": tally.new,
                    "changed": tally.changed,
                    "same": tally.same,
                    "removed": tally.removed,
                }
                for name, tally in self.tallies.items()
            },
            "errors_count": self.errors_count,
            "errors": [error.as_json() for error in self.errors],
            "passed_over": list(self.passed_over),
        }
