"""Solvers: each turns a problem into a plan. None of them knows the database."""
