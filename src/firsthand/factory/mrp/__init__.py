"""Material requirements: what must be made and bought, how many, by when, and what it is for.

    promises, forecasts, base stock → net needs, level by level → planned orders → pegs

Pure are ``items`` (the words), ``lot_sizing``, ``netting``, ``pegging`` and ``rules`` (the whole
calculation). ``store`` reads the tables, ``writing`` writes the answer, ``actions`` run it, and
``purchasing`` buys.
"""
