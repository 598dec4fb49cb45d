"""The verbs of insight: write down what viewers do, make a report of it."""
