"""How a message is signed, so that whoever gets it knows where it comes from and that nobody changed it."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret of Standard Webhooks begins with
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a secret that nobody can guess, as Standard Webhooks writes it.

    Examples
    --------
    >>> len(new_secret()), len(key_of(new_secret()))
    (50, 32)
    """
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """Return the key that a secret of Standard Webhooks stands for.

    Raises
    ------
    ValueError
        It is no base64 after ``whsec_``.

    Examples
    --------
    >>> key_of("whsec_c2VjcmV0")
    b'secret'
    """
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("is no secret of Standard Webhooks: whsec_ and base64") from None


def standard_signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of Standard Webhooks 1.0: HMAC-SHA-256 over id, seconds since 1970, and body.

    Examples
    --------
    >>> key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> standard_signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver checks a message sent at a moment.

    Raises
    ------
    ValueError
        See :func:`key_of`.
    """
    seconds = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": standard_signature(key_of(secret), message_id, seconds, body),
    }
