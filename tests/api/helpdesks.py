"""Helpdesks as their own documentation has them: example payloads, and how each signs, written anew."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

from ticket_triage.api.schemas import TicketOut
from ticket_triage.settings import Settings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "data" / "webhooks"
SOURCES = ("generic", "zendesk", "freshdesk", "jira", "zammad")
KEY = b"a key of thirty-two bytes, or so"
SECRETS = {source: f"{source}-secret-of-the-tests" for source in SOURCES} | {
    "generic": "whsec_" + base64.b64encode(KEY).decode()
}
TICKETS = {"generic": "G-17", "zendesk": "3018", "freshdesk": "512", "jira": "DESK-88", "zammad": "41081"}


def example(source):
    return json.loads((EXAMPLES / f"{source}.json").read_text())


def changed(source, **paths):
    """The example with values in other places: ``detail__status="SOLVED"``."""
    payload = example(source)
    for path, value in paths.items():
        *way, last = path.split("__")
        place = payload
        for part in way:
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return payload


class Helpdesk:
    """Signs as each helpdesk documents it, written anew here."""

    def __init__(self, client):
        self.client = client

    def signed(self, source, body, at=NOW, delivery="d-1", secret=None):
        key = (secret or SECRETS[source]).encode()
        if source == "generic":
            seconds = str(int(at.timestamp()))
            mac = hmac.new(KEY if secret is None else key, f"{delivery}.{seconds}.".encode() + body, hashlib.sha256)
            told = "v1," + base64.b64encode(mac.digest()).decode()
            return {"webhook-id": delivery, "webhook-timestamp": seconds, "webhook-signature": told}
        if source == "zendesk":
            moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            mac = hmac.new(key, moment.encode() + body, hashlib.sha256)
            return {
                "X-Zendesk-Webhook-Signature": base64.b64encode(mac.digest()).decode(),
                "X-Zendesk-Webhook-Signature-Timestamp": moment,
                "X-Zendesk-Webhook-Invocation-Id": delivery,
            }
        if source == "freshdesk":
            return {"X-Triage-Secret": key.decode()}
        how, name = {
            "jira": (hashlib.sha256, "X-Atlassian-Webhook-Identifier"),
            "zammad": (hashlib.sha1, "X-Zammad-Delivery"),
        }[source]
        mac = hmac.new(key, body, how)
        return {"X-Hub-Signature": f"{mac.name[5:]}={mac.hexdigest()}", name: delivery}

    def post(self, source, payload, headers=None, **how):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {"content-type": "application/json", **(headers or self.signed(source, body, **how))}
        return self.client.post(f"/v1/webhooks/{source}", content=body, headers=sent)

    def ticket(self, source):
        return TicketOut.model_validate_json(self.client.get(f"/v1/tickets/{TICKETS[source]}").text, strict=True)

    def nothing_kept(self):
        return self.client.get("/v1/queue").json()["places"] == []


def settings(**more):
    return Settings(**{f"webhook_{source}_secret": secret for source, secret in SECRETS.items()}, **more)
