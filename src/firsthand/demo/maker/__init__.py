"""The demo maker: 澄砚 Chengyan, a fictional company that makes what it sells.

Their range, their works, their people and their first show are written down in the TOML files
beside this one; the modules turn them into rows. The same seed gives the same maker.

    reading      the files, checked
    design       products: names, words, facts, SKUs, what works with what
    engineering  how each is made, so that it costs what its price says
    writing      catalogue, pictures and factory, set by set
    opening      stock, work orders, plan, ladder, prices, offers
    show         a run sheet, with what proves each point
"""

from firsthand.demo.maker.people import crew
from firsthand.demo.maker.seeding import Seeded, seed
from firsthand.demo.maker.show import next_show

__all__ = ["Seeded", "crew", "next_show", "seed"]
