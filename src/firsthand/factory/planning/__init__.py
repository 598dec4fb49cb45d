"""Planning: how a plan is made while the house goes on working.

Solving takes seconds or a minute, and no transaction may last so long. So it is done in three
steps: the tables are read in a short transaction; the plan is made outside of any; a second
short one verifies that what it stands on is still so, takes up what changed meanwhile, and puts
it in force. The last good plan stays in force until then, whatever happens.

A plan is made of four things: the schedule (by a solver, judged by the checker), the rule by
which the floor is run (searched under noise), the safe dates (what so many simulated futures
come to under that rule), and the figures. A *run* is a plan being made by the worker: it can be
watched, it can be stopped, and it is found out if its worker dies.
"""
