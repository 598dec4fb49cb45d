"""An audience that does not exist: viewers who come in by the public doors, chat and buy.

It imports nothing of the trade. What it can do, a stranger's browser can do: it reads pages,
fills in their forms, opens a socket, presses the buy button, pays at the bank. So a
rehearsal proves the doors and not the rooms behind them.
"""
