"""What is sold on what terms: how many, at which price, to whom, from when to when."""
