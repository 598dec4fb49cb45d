"""Tools without a word of trade in them: nothing here knows what is sold, or to whom."""
