"""The goods by family: each archetype is one short function that puts parts together."""
