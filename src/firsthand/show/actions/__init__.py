"""The verbs of the show, by subject: air, sheet, cues, chat, counts.

Each locks what it changes, asks the rules, writes, and tells the show's feed last. The face
that calls one opens the transaction. Locks are taken in this order: the show, its segments,
then the feed.
"""
