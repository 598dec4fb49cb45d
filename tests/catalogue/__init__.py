"""The catalogue: its rules, its tree, its search, its shelves and its spreadsheets."""
