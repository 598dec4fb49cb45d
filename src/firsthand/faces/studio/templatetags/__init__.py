"""Filters of the studio's templates."""
