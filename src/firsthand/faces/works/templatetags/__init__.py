"""Filters of the works' pages."""
