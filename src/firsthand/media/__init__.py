"""Video in, video out: from the encoder's RTMP to what browsers play, and the recording of it.

Nothing is decoded and nothing is encoded: the packets that OBS sends are cut into parts of
a third of a second and handed on, so a show costs a few hundredths of a core. Media knows
channels, sessions and recordings; what is sold on them it does not know.

The way of a frame::

    rtmp → chunks → flv → packager (interleave, timeline, fmp4) → origin   the live playlist
      ↑                        ↓                 ↓
    station (who may)       health           recording                     the replay
"""
