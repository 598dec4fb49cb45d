"""The demo's host show: drawn, spoken and published in real time through the real RTMP door."""
