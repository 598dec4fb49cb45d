"""What it costs to make, and so what it sells for; signed, part by part, for everyone to see."""
