"""How it is made: bill of materials, routing, work centres, and the finite schedule.

    problem (the field's words) → solver (swappable) → plan

For now the solver dispatches by earliest due date on finite capacity. A better one takes
its place behind the same seam, and one independent checker judges the plans of both.
"""
