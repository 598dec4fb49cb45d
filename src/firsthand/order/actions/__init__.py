"""The verbs of the order floor, by subject: settle, payment, expiry, fulfilment, cancel.

Each runs inside the transaction of whoever calls it: lock, read, ask the rules, write, tell.
Locks are taken in this order and no other: orders by id, the doors of their SKUs by id, feeds
by name. Any number of processes may do any of this at once.
"""
