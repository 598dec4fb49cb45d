"""Figures that a process shows about itself at ``/metrics``, in Prometheus' own format.

A figure is made here, by name, so that one list says all there are; floors count into it.
"""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

presses = Counter("firsthand_presses", "Presses of the buy button, by outcome", ["outcome"])
presses_slowed = Counter(
    "firsthand_presses_slowed", "Presses that wait behind the others, by reason", ["reason"]
)
sockets_refused = Counter("firsthand_sockets_refused", "Viewers not let in, by reason", ["reason"])
batch_seconds = Histogram("firsthand_batch_seconds", "Time to settle a batch", buckets=SECONDS)
batch_size = Histogram(
    "firsthand_batch_size", "Requests in a batch", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
viewers = Gauge("firsthand_viewers", "Viewers connected to this process", ["show"])
ticks_sent = Counter("firsthand_ticks_sent", "Messages sent to viewers")
viewers_let_go = Counter("firsthand_viewers_let_go", "Viewers who could not keep up")
ingest_sessions = Gauge("firsthand_ingest_sessions", "Publishers on air")
ingest_bytes = Counter("firsthand_ingest_bytes", "Bytes received from publishers")
ingest_refused = Counter("firsthand_ingest_refused", "Publishers with a wrong stream key")
segments_lost = Counter("firsthand_segments_lost", "Segments that could not be recorded")
media_answers = Counter("firsthand_media_answers", "Answers to players", ["kind", "status"])
media_bytes = Counter("firsthand_media_bytes", "Bytes sent to players")
pages = Histogram("firsthand_page_seconds", "Time to answer a page", ["view"], buckets=SECONDS)
refusals = Counter("firsthand_refusals", "Answers 'no', by code", ["code"])
faults = Counter("firsthand_faults", "Mistakes of ours", ["where"])


def exposition() -> tuple[str, bytes]:
    """All figures of this process: the content type, and the text."""
    return CONTENT_TYPE_LATEST, generate_latest()
