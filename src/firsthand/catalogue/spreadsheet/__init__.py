"""The catalogue in and out by spreadsheet: what merchandisers edit in bulk."""

from firsthand.catalogue.spreadsheet.giving import export_csvs, export_workbook
from firsthand.catalogue.spreadsheet.report import CellError, ImportReport
from firsthand.catalogue.spreadsheet.taking import import_workbook

__all__ = ["CellError", "ImportReport", "export_csvs", "export_workbook", "import_workbook"]
