"""The demo maker."""
