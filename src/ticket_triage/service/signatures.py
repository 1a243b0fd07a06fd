"""How a message is signed, so that whoever gets it knows where it comes from and that nobody changed it.

What comes in is checked by the scheme of its source:

=========  ==========================================================================================================
generic    Standard Webhooks: ``webhook-signature`` over id, seconds and body
zendesk    ``X-Zendesk-Webhook-Signature``: base64 of HMAC-SHA-256 over ``X-Zendesk-Webhook-Signature-Timestamp``, body
jira       ``X-Hub-Signature: sha256=``, hexadecimal HMAC-SHA-256 over the body
zammad     ``X-Hub-Signature: sha1=``, hexadecimal HMAC-SHA-1 over the body
freshdesk  signs nothing: the secret itself in ``X-Triage-Secret``, or as the password of HTTP's basic scheme
=========  ==========================================================================================================
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.errors import BadOptionError, SignatureError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Headers = Mapping[str, str]

TOLERANCE_S = 300.0
"""Seconds that a signed moment may lie in the past or the future."""

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


class Message(NamedTuple):
    """A message that was checked.

    Parameters
    ----------
    keys : tuple of str
        What it is known by should it come again: hashes of what is signed, and of the id the source gave its delivery.
    content : str
        Hash of its body.
    dated : bool
        Whether the first key tells it from every other message, an equal body sent later included.
    """

    keys: tuple[str, ...]
    content: str
    dated: bool = True


def check_secret(secret: str) -> None:
    """Refuse a secret that no message of Standard Webhooks can be signed with.

    Raises
    ------
    BadOptionError
    """
    try:
        key_of(secret)
    except ValueError as error:
        raise BadOptionError(f"TRIAGE_WEBHOOK_GENERIC_SECRET {error}; openssl rand -base64 32 makes one.") from None


def checked(source: str, keys: Sequence[str], headers: Headers, body: bytes, now: datetime) -> Message:
    """Return what a message is known by, once it is known to be its source's.

    Parameters
    ----------
    source : str
        ``generic``, ``zendesk``, ``freshdesk``, ``jira`` or ``zammad``.
    keys : sequence of str
        The secrets it may be signed with: the present one, and while it is being changed the one before.
    headers : mapping of str to str
        Names in lower case.
    body : bytes
    now : datetime

    Raises
    ------
    SignatureError
        It is missing, wrong, or older or newer than ``TOLERANCE_S``; which secret came near is not told.

    Examples
    --------
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> signed = "sha256=" + hmac.digest(b"a secret of ours", b"{}", "sha256").hex()
    >>> len(checked("jira", ["a secret of ours"], {"x-hub-signature": signed}, b"{}", now).keys)
    1
    >>> checked("jira", ["another secret"], {"x-hub-signature": signed}, b"{}", now)
    Traceback (most recent call last):
    ticket_triage.errors.SignatureError: The signature is not one of this body's; check the secret on both sides.
    """
    return _SCHEMES[source](keys, headers, body, now)


def _generic(keys: Sequence[str], headers: Headers, body: bytes, now: datetime) -> Message:
    message_id, seconds, given = (_header(headers, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    wanted = [standard_signature(key_of(key), message_id, seconds, body) for key in keys]
    _one_of([signature for signature in given.split()[:10] if signature.startswith("v1,")], wanted)
    _fresh(_since_1970(seconds), now)
    return Message((_hash("generic", message_id),), _hash(body))


def _zendesk(keys: Sequence[str], headers: Headers, body: bytes, now: datetime) -> Message:
    given, moment = (_header(headers, f"x-zendesk-webhook-signature{end}") for end in ("", "-timestamp"))
    signed = moment.encode("latin-1") + body
    _one_of([given], [base64.b64encode(hmac.digest(key.encode(), signed, "sha256")).decode() for key in keys])
    _fresh(_moment(moment), now)
    return Message(_keys("zendesk", signed, headers, "x-zendesk-webhook-invocation-id"), _hash(body))


def _hub(source: str, algorithm: str, delivery: str) -> Callable[[Sequence[str], Headers, bytes, datetime], Message]:
    def check(keys: Sequence[str], headers: Headers, body: bytes, _now: datetime) -> Message:
        given = _header(headers, "x-hub-signature")
        _one_of([given], [f"{algorithm}={hmac.digest(key.encode(), body, algorithm).hex()}" for key in keys])
        return Message(_keys(source, body, headers, delivery), _hash(body))

    return check


def _freshdesk(keys: Sequence[str], headers: Headers, body: bytes, _now: datetime) -> Message:
    given = headers.get("x-triage-secret") or _password(headers.get("authorization", ""))
    if not given:
        raise SignatureError("The header X-Triage-Secret is missing, or the password of HTTP's basic scheme.")
    _one_of([given], list(keys))
    return Message((_hash("freshdesk", body),), _hash(body), dated=False)


_SCHEMES: dict[str, Callable[[Sequence[str], Headers, bytes, datetime], Message]] = {
    "generic": _generic,
    "zendesk": _zendesk,
    "freshdesk": _freshdesk,
    "jira": _hub("jira", "sha256", "x-atlassian-webhook-identifier"),
    "zammad": _hub("zammad", "sha1", "x-zammad-delivery"),
}


def _header(headers: Headers, name: str) -> str:
    found = headers.get(name, "")
    if not found:
        raise SignatureError(f"The header {name} is missing; have the sender sign what it sends.")
    return found


def _one_of(given: Sequence[str], wanted: Sequence[str]) -> None:
    """Compare all with all, in a time that does not tell which came near."""
    same = [hmac.compare_digest(each.encode(), known.encode()) for each in given for known in wanted]
    if not any(same):
        raise SignatureError("The signature is not one of this body's; check the secret on both sides.")


def _fresh(moment: datetime | None, now: datetime) -> None:
    if moment is None or abs((now - moment).total_seconds()) > TOLERANCE_S:
        raise SignatureError(
            f"The signed moment lies more than {TOLERANCE_S:g} s from the present; send anew, or set the clocks."
        )


def _since_1970(seconds: str) -> datetime | None:
    known = seconds.isascii() and seconds.isdigit() and len(seconds) < 12
    return datetime.fromtimestamp(int(seconds), UTC) if known else None


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _password(authorization: str) -> str:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _keys(source: str, signed: bytes, headers: Headers, delivery: str) -> tuple[str, ...]:
    """Return what is known of a message by what is signed of it, and by its delivery, whose id is not."""
    given = headers.get(delivery, "")
    return (_hash(source, signed), *([_hash(source, "delivery", given)] if given else []))


def _hash(*parts: str | bytes) -> str:
    whole = [part if isinstance(part, bytes) else part.encode() for part in parts]
    return sha256(b"\x1f".join(whole)).hexdigest()
