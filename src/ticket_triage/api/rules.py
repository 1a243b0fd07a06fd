"""Which scope opens which route. A route without a rule here opens to nobody, and the tests say so."""

from __future__ import annotations

import re
from typing import Final

FREE: Final = ""
"""The rule of a route that needs no key: it tells nothing of any ticket, or checks who asks by itself."""

SIGNED: Final = "signature"
"""The rule of a route that needs no key because each request is signed by whoever sends it."""

RULES: dict[tuple[str, str], str] = {
    ("GET", "/healthz"): FREE,
    ("GET", "/readyz"): FREE,
    ("GET", "/"): "read",
    ("GET", "/openapi.json"): "read",
    ("GET", "/metrics"): "read",
    ("POST", "/v1/predict"): "predict",
    ("POST", "/v1/predict/batch"): "predict",
    ("POST", "/v1/explain"): "predict",
    ("POST", "/v1/queue"): "predict",
    ("POST", "/v1/what-if"): "predict",
    ("GET", "/v1/policy"): "read",
    ("POST", "/v1/policy/simulate"): "predict",
    ("GET", "/v1/queue"): "read",
    ("GET", "/v1/tickets/{ticket_id}/clocks"): "read",
    ("GET", "/v1/tickets/{ticket_id}"): "read",
    ("POST", "/v1/tickets/{ticket_id}/events"): "feedback",
    ("POST", "/v1/tickets/{ticket_id}/feedback"): "feedback",
    ("POST", "/v1/webhooks/{source}"): SIGNED,
    ("GET", "/v1/hooks"): "admin",
    ("POST", "/v1/hooks"): "admin",
    ("DELETE", "/v1/hooks/{hook_id}"): "admin",
    ("GET", "/v1/hooks/dead"): "admin",
    ("POST", "/v1/hooks/dead/retry"): "admin",
    ("GET", "/v1/models"): "admin",
    ("POST", "/v1/models/rollback"): "admin",
    ("POST", "/v1/models/{version}/promote"): "admin",
}
"""The scope that each method and path needs."""

_PLAIN = {route: scope for route, scope in RULES.items() if "{" not in route[1]}
_WITH_NAMES = [
    (method, re.compile(re.sub(r"\{\w+\}", ".+", path), re.DOTALL), path)  # a ticket's id may hold anything
    for method, path in RULES
    if "{" in path
]


def template_of(method: str, path: str) -> str | None:
    """Return the path of the rule that holds for a request, None when no route is served there.

    Examples
    --------
    >>> template_of("POST", "/v1/predict"), template_of("GET", "/nowhere")
    ('/v1/predict', None)
    """
    if (method, path) in _PLAIN:
        return path
    found = (template for known, pattern, template in _WITH_NAMES if known == method and pattern.fullmatch(path))
    return next(found, None)
