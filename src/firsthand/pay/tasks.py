"""What the worker does for payments."""

from collections.abc import Sequence

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from firsthand.kit.errors import Refusal
from firsthand.kit.log import get_logger
from firsthand.pay import actions
from firsthand.pay import provider as providers

# A bank that is out of order for an hour is asked again until then; after that the page is
# no good any more by its own time, and what was paid on it comes late, as ever.
PATIENCE = RetryStrategy(max_attempts=8, exponential_wait=3)

log = get_logger(__name__)


@app.task(name="pay.close_payments", retry=PATIENCE)
def close_payments(payment_ids: Sequence[int]) -> int:
    """Payments that nobody waits for are closed at their providers; how many.

    The provider is asked outside of any lock, and as often as need be: closing twice closes
    once. One that does not answer keeps no other payment open, and is asked again.
    """
    closed, silent = 0, 0
    for payment in actions.to_close(payment_ids):
        try:
            with transaction.atomic():
                providers.by_name(payment.provider).close(payment)
        except Refusal as no:
            log.warning("not_closed", payment_id=payment.pk, code=no.code)
            silent += no.status == providers.is_silent().status
        else:
            closed += 1
    if silent:
        raise providers.is_silent()
    return closed
