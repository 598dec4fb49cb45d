"""What benchmarks of the order door stand on: a house of their own, and a crowd."""
