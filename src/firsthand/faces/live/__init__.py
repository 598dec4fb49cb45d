"""The live engine: rooms that are told what happens, and the intake of orders.

The only face with an event loop in it. News comes out of the database by one thread (the
follower); orders, lines of chat and what viewers do go in by three lanes, each a thread of
its own that settles a batch at a time. Whatever concerns the trade or the database happens
on one of these, in plain Django.

Any number of these processes may serve the same rooms: none of them is special, since the
outbox tells all of them the same, and the locks of the database keep their lanes honest.
"""
