"""Who gets one: bursts of orders answered fairly, then paid, made, shipped.

Stock before money: a press is held, the buyer is told the day by which it ships, and only
then he pays. What is not paid in time gives everything back.
"""
