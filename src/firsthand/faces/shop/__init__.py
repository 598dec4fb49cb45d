"""The buyer's pages: mall, product, order, and the room's page."""
