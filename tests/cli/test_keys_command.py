"""``triage keys``: made, shown once, listed without themselves, revoked; and a running service goes by it."""

import json
import re
import time
import urllib.error
import urllib.request

import pytest

TICKET = b'{"ticket_id": "T-1", "subject": "Checkout is down for everyone"}'


def made(triage, *options):
    ran = triage("keys", "create", "helpdesk", *options)
    assert ran.code == 0, ran.err
    return ran.out.strip(), ran


def test_a_key_is_shown_once_and_kept_as_a_hash(triage, tmp_path):
    key, ran = made(triage, "--scope", "read", "--scope", "predict")
    assert re.fullmatch(r"tt_[0-9a-f]{12}_[\w-]{43}", key)
    assert key not in ran.err
    assert f"triage keys revoke {key[3:15]}" in ran.err
    listed = triage("keys", "list", "--json", "keys.json")
    assert key[3:15] in listed.out
    assert "helpdesk" in listed.out
    [row] = json.loads((tmp_path / "keys.json").read_text())
    assert (row["key"], row["scopes"], row["revoked"]) == (key[3:15], "predict, read", "")
    for file in (tmp_path / "triage-data").iterdir():
        assert key[16:].encode() not in file.read_bytes()


def test_a_revoked_key_is_listed_so_and_revoked_but_once(triage):
    key, _ = made(triage, "--scope", "admin")
    assert triage("keys", "revoke", key[3:15]).out == f"Key {key[3:15]} opens nothing any more.\n"
    assert triage("keys", "list").out.count("T") >= 2  # two moments in its row
    again = triage("keys", "revoke", key[3:15])
    assert (again.code, again.err) == (
        2,
        f"triage: No key '{key[3:15]}' opens anything; triage keys list shows which do.\n",
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("x", "--scope", "predct"), "There is no scope 'predct'; did you mean 'predict'?"),
        (("", "--scope", "read"), "A key's label says what it is for"),
        (("x", "--scope", "read", "--store", "none"), "Keys are kept in the store; name one with --store."),
    ],
)
def test_what_makes_no_key_is_one_line(triage, options, said):
    ran = triage("keys", "create", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_public_address_is_not_listened_on_without_keys(program, host):
    ran = program("serve", "--host", host, "--port", "1")
    if "Cannot listen" in ran.stderr:
        ran = program("serve", "--host", host, "--port", "48731")
    assert ran.returncode == 2
    assert f"Will not listen on {host} without an API key" in ran.stderr


def status(served, key):
    request = urllib.request.Request(f"http://127.0.0.1:{served.port}/v1/predict", TICKET)
    request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def until(what):
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_running_service_goes_by_keys_made_and_revoked(triage, server, tmp_path):
    store = tmp_path / "kept"
    with server("--models", tmp_path, "--store", store) as served:
        assert status(served, None) == 200
        key, _ = made(triage, "--scope", "predict", "--store", store)
        until(lambda: status(served, None) == 401)
        assert status(served, key) == 200
        triage("keys", "revoke", key[3:15], "--store", store)
        until(lambda: status(served, key) == 401)
        assert status(served, None) == 401
        ended = served.stop()
    assert key not in ended.out + ended.err
