"""Shops that somebody might have picked instead, set up and bought from in the same way."""
