"""The factory floor in arrays, and what is compiled to machine code: a solver's engine.

A search plays the floor thousands of times, which the field's words (``problem``) are too slow
for. ``shop`` turns a problem into arrays, and what was found back into a plan; all else here
works on the arrays alone. Nothing outside the solvers and the futures needs to know of it.
"""
