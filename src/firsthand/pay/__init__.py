"""How money comes: payments, the providers behind them, and their signed words."""
