"""The shop floor: what runs, what was made of what, and the number of every piece."""
