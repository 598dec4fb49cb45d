"""The factory, in the office: how things are made may be edited; work orders and plans may not.

A work order is opened, finished and called off by actions, a plan is made by a solver, and the
floor says itself what it has done: a row changed by hand would be a promise without anything
behind it.
"""

from firsthand.factory.admin import floor, plans, plant, recipe

__all__ = ["floor", "plans", "plant", "recipe"]
