"""Firsthand (一手): companies that make things sell them on air, and everything said is true.

Read the folders from the ground up, in the order in which a thing comes to life:

    kit          tools without a word of trade in them: queries, outbox, batches, money
    people       who takes part: customers, hosts, crew; and the badge the live engine knows them by
    media        pictures and sound: ingest, packaging, recording; it knows no trade
    catalogue    what there is: a tree of categories, products, and the SKUs one can buy
    stock        how many there are, and where: a double-entry ledger of goods
    factory      how it is made: bill of materials, routing, work centres, the finite schedule
    price        what it costs to make, and so what it sells for; signed, part by part
    promise      when it ships: a ladder of days, from stock on hand and from the schedule
    pay          how money comes: providers, their signed words, and ours
    offer        what is sold on what terms: how many, to whom, from when to when
    order        who gets one: bursts of orders answered fairly, paid, made, shipped
    show         what is on air: the run sheet, the cues, the room
    insight      what we learnt: figures by definition, the report after the show
    look         how things look: one template for a thing, on a page and on air
    faces        what people and machines meet: shop, studio, works, live, api
    demo         a maker who does not exist, so that the house can be seen alive
    rehearse     an audience that does not exist, through the public doors
    app          where it is put together: settings, addresses, processes, the command line

CALL DOWN, TELL UP (向下调用，向上告知). Code imports only from the floors below. Whoever
stands above learns what happened from events, written in the same transaction as the
change itself.

SYNC INSIDE, ASYNC AT THE EDGE. All that concerns the trade is plain, synchronous Django.
Event loops are found where thousands wait: in ``media``, in ``faces/live``, and in the
batcher that stands between the two worlds.
"""
