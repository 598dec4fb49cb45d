"""What is on air: shows, the run sheet, the cues on media time, and the room.

The room's state is a snapshot, and a snapshot with the events after it makes the new one:
``rules.apply``. A test holds every action of the room to that.
"""
