"""What there is: a tree of categories, products, and the SKUs that one can buy."""
