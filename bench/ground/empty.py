"""The order door's HTTP server with nothing behind it: the limit of the machine's front."""

import os

import uvicorn

ANSWER = (
    b'{"outcome":"held","order":"7KQ2M9XWPC4D","ship_by":"2026-12-01",'
    b'"hold_until":"2026-11-23T08:15:00.000000Z","pay_url":"/orders/7KQ2M9XWPC4D/pay/"}'
)
START = {
    "type": "http.response.start",
    "status": 201,
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(ANSWER)),
        (b"cache-control", b"no-store"),
    ],
}


async def app(scope, receive, send):
    """Read what was asked, and say always the same."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive())["more_body"]:
        pass
    await send(START)
    await send({"type": "http.response.body", "body": ANSWER})


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["FIRSTHAND_LIVE_PORT"]),
        log_config=None,
        access_log=False,
        log_level="warning",
    )
