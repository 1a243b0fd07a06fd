"""``triage hooks``: made with a secret shown once, listed without it, and what was given up is tried anew."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from ticket_triage.service.notices import TURNED, Notice, notify
from ticket_triage.store.store import Store
from ticket_triage.store.tables import DELIVERIES, TICKETS

URL = "https://desk.example.org/in"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def added(triage, *options):
    ran = triage("hooks", "add", URL, *options)
    assert ran.code == 0, ran.err
    return ran.out.strip(), re.search(r"hk_[0-9a-f]{12}", ran.err)[0], ran


def test_a_secret_is_shown_once_and_in_no_list(triage, tmp_path):
    secret, hook_id, ran = added(triage, "--kind", "ticket.turned")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert secret not in ran.err
    assert f"triage hooks remove {hook_id}" in " ".join(ran.err.split())
    listed = triage("hooks", "list", "--json", "hooks.json")
    assert hook_id in listed.out
    assert URL in listed.out
    [row] = json.loads((tmp_path / "hooks.json").read_text())
    assert (row["hook_id"], row["kinds"], row["disabled_at"]) == (hook_id, ["ticket.turned"], None)
    assert secret not in listed.out + (tmp_path / "hooks.json").read_text()


def test_a_removed_hook_is_gone_with_its_secret(triage, tmp_path):
    secret, hook_id, _ = added(triage)
    assert triage("hooks", "remove", hook_id).out == f"Hook {hook_id} gets nothing any more.\n"
    assert triage("hooks", "list").out == "There is no hook; triage hooks add makes one.\n"
    again = triage("hooks", "remove", hook_id)
    assert (again.code, again.err) == (
        2,
        "triage: There is no hook of this id; triage hooks list shows which there are.\n",
    )
    assert secret.encode() not in (tmp_path / "triage-data" / "store.db").read_bytes()


def test_what_was_given_up_is_listed_and_tried_anew(triage, tmp_path):
    added(triage)
    assert triage("hooks", "dead").out == "No delivery was given up.\n"
    triage("hooks", "list")

    def give_up(connection):
        row = {
            "ticket_id": "T-1",
            "document": "{}",
            "open": True,
            "held": False,
            "receipt": 1,
            "version": 1,
            "first": 1,
        }
        connection.execute(TICKETS.insert(), row | {"changed_at": "", "audit_key": b"k" * 16})
        notify(connection, [Notice(TURNED, "T-1", {}, "1")], NOW)
        connection.execute(update(DELIVERIES).values(state="dead", attempts=12, last_error="answered 500"))

    with Store(str(tmp_path / "triage-data")) as store:
        store.submit(give_up).result()
    listed = triage("hooks", "dead").out
    delivery = re.search(r"dlv_[0-9a-f]{16}", listed)[0]
    assert "answered 500" in listed
    assert triage("hooks", "retry", delivery).out == "1 deliveries are tried anew.\n"
    assert triage("hooks", "dead").out == "No delivery was given up.\n"
    assert triage("hooks", "retry", "--all").out == "0 deliveries are tried anew.\n"
    assert triage("hooks", "retry", delivery).code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "http://desk.example.org/in"), "Notices go to https addresses alone"),
        (("add", "https://127.0.0.1/in"), "set TRIAGE_HOOKS_ALLOW_LOOPBACK=true"),
        (("add", URL, "--kind", "ticket.turnd"), "no kind of notice 'ticket.turnd'; did you mean 'ticket.turned'?"),
        (("add", URL, "--store", "none"), "Hooks are kept in the store; name one with --store."),
        (("retry",), "Name one delivery, or --all for every one."),
        (("retry", "dlv_1", "--all"), "Name one delivery, or --all for every one."),
        (("retry", "dlv_1"), "No dead delivery of this id can be tried anew"),
    ],
)
def test_a_mistake_is_one_line(triage, arguments, told):
    ran = triage("hooks", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in " ".join(ran.err.split())
    assert ran.err.startswith("triage: ")


def test_this_machine_is_reached_once_that_is_allowed(triage, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOOKS_ALLOW_LOOPBACK", "true")
    assert triage("hooks", "add", "http://127.0.0.1:9/in").code == 0
