"""Every error as problem JSON (RFC 9457), and the HTTP status of each.

A problem never repeats what the client sent: it names the place and says what is allowed there.

Codes that only HTTP has, beside those of :mod:`ticket_triage.errors`:

======================  ======  ===============================================================
code                    status  when
======================  ======  ===============================================================
bad-request             400     what came is no HTTP request
header-twice            400     a header that must stand once stands twice
bad-json                400     the body is no UTF-8, no JSON, or nested too deeply
key-missing             401     this address needs an API key
key-unknown             401     the key opens nothing: it is misspelt or revoked
scope-missing           403     the key may not do that
foreign-host            403     no key exists yet, and the name asked for is none of this machine's own
not-found               404     there is nothing at this address
method-not-allowed      405     the address does not take this method; ``Allow`` says which
body-too-slow           408     the request did not come whole in the time allowed
body-too-large          413     the body is larger than this address takes
unsupported-media-type  415     the body is compressed, or is not said to be ``application/json``
too-many-requests       429     the key made more requests than its bucket holds; ``Retry-After`` says when to go on
head-too-large          431     the request's first line and headers are too long or too many
internal-error          500     this program failed; its log holds more
overloaded              503     too many requests are in hand; ``Retry-After`` says when to try again
no-model                503     an explanation was asked for, but no model is loaded
no-webhook-secret       503     a helpdesk told something, but no secret says how it signs
no-store                503     something kept was asked for, but the service records nothing
======================  ======  ===============================================================
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ticket_triage import errors as tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.errors import TriageError

PROBLEM_TYPE = "application/problem+json"
"""Media type of every error's body."""

STATUSES: dict[type[TriageError], int] = {
    tree.InputError: 422,
    tree.SignatureError: 401,
    tree.TrainingError: 422,
    tree.PolicyError: 422,
    tree.ModelNotFoundError: 404,
    tree.ArtefactDamagedError: 503,
    tree.ArtefactVersionError: 503,
    tree.CanaryFailedError: 503,
    tree.ForeignFileError: 503,
    tree.DifferentHeadsError: 409,
    tree.GateRefusedError: 409,
    tree.ChampionMovedError: 409,
    tree.NoEarlierChampionError: 409,
    tree.MissingExtraError: 503,
    tree.StoreError: 503,
    tree.TicketNotFoundError: 404,
    tree.TicketChangedError: 412,
    tree.HookNotFoundError: 404,
    tree.KeyReusedError: 422,
}
"""HTTP status of each branch or leaf of the error tree."""


class Refusal(HTTPException):
    """A request this API does not answer, told as a problem.

    Parameters
    ----------
    status : int
        HTTP status, 400 to 599.
    code : str
        Stable, for clients to rely on.
    detail : str
        What was wrong and what is allowed, in one sentence.
    faults : sequence of dict, default=()
        One entry per place: ``in`` (``body`` or ``query``), ``pointer`` (RFC 6901) and ``message``.
    headers : mapping of str to str or None
        Sent with it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        faults: Sequence[Mapping[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code, self.faults = code, list(faults)
        super().__init__(status, detail, headers)


def status_of(error: type[TriageError]) -> int:
    """Return the HTTP status of an error of the tree: its own, or its nearest branch's.

    Examples
    --------
    >>> status_of(tree.BadValueError), status_of(tree.ModelNotFoundError)
    (422, 404)
    """
    return next((STATUSES[branch] for branch in error.__mro__ if branch in STATUSES), 500)


def problem(
    status: int,
    code: str,
    detail: str,
    faults: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response that tells a problem.

    Examples
    --------
    >>> problem(404, "not-found", "Nothing is here.").body.decode()[:70]
    '{"type":"urn:ticket-triage:problem:not-found","title":"Not found","sta'
    """
    body: dict[str, Any] = {
        "type": f"urn:ticket-triage:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": list(faults),
    }
    return Response(json.dumps(body, separators=(",", ":")), status, headers, PROBLEM_TYPE)


def told(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response that tells a refusal."""
    every = {**(refusal.headers or {}), **(headers or {})}
    return problem(refusal.status_code, refusal.code, refusal.detail, refusal.faults, every)


def no_store() -> Refusal:
    """Return the refusal of what needs a store where there is none."""
    return Refusal(503, "no-store", "This service records nothing; start it with --store to have it remember.")
