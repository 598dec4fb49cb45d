"""The demo: a fictional maker with its goods, its works and a show that is on air."""
