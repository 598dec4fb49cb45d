"""Who takes part: customers, hosts, crew; and the badge by which the live engine knows them."""
