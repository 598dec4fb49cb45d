"""The live engine: rooms that are told what happens, and the door through which orders come."""
