"""Planning anew while the show is on: what more can be promised, and what would happen if.

A burst of orders, a machine down, a late part: a new plan within seconds, which keeps every
given promise that it can. New pieces are *admitted*: each is promised only a day that a plan of
everything, old and new, has been seen to keep, with no old promise newly late.

    insertion   what is planned stays, new lots take the gaps: safe, at once, and rather late
    admission   all is planned anew, and what would break a promise is put off: minutes sooner
    questions   what if: another shift, a machine less, so many pieces more; nothing is changed
"""
