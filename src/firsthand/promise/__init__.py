"""When it ships: a ladder of days, from stock on hand and from the factory's schedule."""
