"""The planner's pages, and the shop floor's: the planning board, runs, what a machine does next."""
