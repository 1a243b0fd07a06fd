"""Too much at once: what is beyond is told to come again at once, the rest is answered."""

import asyncio

import pytest

from ticket_triage.api.errors import Refusal
from ticket_triage.api.load import HEAVY_SHARE, Load


def test_what_is_done_makes_room_again():
    load = Load(2, heavy=())
    for _ in range(5):
        with load.carrying("/a"), load.carrying("/a"):
            assert load.in_hand == 2
    assert load.in_hand == 0


def test_a_heavy_request_takes_much_room_but_is_never_shut_out_alone():
    load = Load(8, heavy=("/batch",))
    with load.carrying("/batch"):
        assert load.in_hand == HEAVY_SHARE
        with pytest.raises(Refusal, match="in hand already") as refused, load.carrying("/one"):
            pass
        assert (refused.value.status_code, refused.value.headers) == (503, {"retry-after": "1"})


def test_a_rush_is_answered_in_part_and_told_to_come_again(app):
    """Two hundred at once on a service that takes fifty: nobody waits for nothing, and nothing fails."""
    app.front.load.limit = 50
    statuses = asyncio.run(_rush(app, 200))
    app.front.load.limit = 256
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 50


async def _rush(app, number):
    async def ask():
        sent = []
        body = b'{"ticket_id":"T-1"}'
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), (b"host", b"t")]
        scope = {
            "type": "http", "method": "POST", "path": "/v1/predict", "raw_path": b"/v1/predict", "query_string": b"",
            "headers": headers, "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "scheme": "http",
            "http_version": "1.1", "root_path": "",
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await app(scope, receive, send)
        return sent[0]["status"]

    async with app.router.lifespan_context(app):
        return await asyncio.gather(*(ask() for _ in range(number)))
