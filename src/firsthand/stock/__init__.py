"""How many there are, and where: a double-entry ledger of goods.

Goods move between accounts; they never appear or vanish, and so the sum over all accounts
is nought, always. Two accounts stand for where goods come from and may be below nought:
``made`` (the factory has finished them) and ``planned`` (the factory has undertaken to make
them, and they were put on offer against its schedule; finishing them pays that debt back).
"""
