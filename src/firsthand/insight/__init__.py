"""What we learnt: figures by a versioned dictionary, and the report after the show.

Every figure is net where money is meant, and says so; a gross one stands beside it.
"""
