"""A desk's snapshot from a file: the shipped example reads, anything else is refused in one sentence."""

import json
from pathlib import Path

import pytest

from ticket_triage.errors import DeskError
from ticket_triage.intake.desk import read_desk

EXAMPLE = Path(__file__).parents[3] / "data" / "desk.toml"


@pytest.fixture
def written(tmp_path):
    def write(text, name="desk.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_the_shipped_example_reads():
    desk = read_desk(EXAMPLE)
    assert [(agent.name, agent.tier, agent.present) for agent in desk.agents] == [
        ("Ada", 2, True),
        ("Ben", 1, True),
        ("Cleo", 1, False),
    ]
    assert (desk.queue[0].minutes, desk.closed_teams) == (45, {"product"})
    assert desk.locks["T-000901"] == {"team": "accounts"}
    assert desk.locks["T-500005"] == {"urgency": "low", "category": "billing_invoice"}
    assert (desk.reverts["T-000902"], desk.bounces["T-000903"]) == (("Ben",), ("support", "billing"))


def test_json_holds_the_same_and_the_hash_tells_them_equal(written):
    desk = read_desk(EXAMPLE)
    again = read_desk(written(json.dumps(desk.as_dict()), "desk.json"))
    assert again.sha256 == desk.sha256
    assert read_desk(written("")).sha256 != desk.sha256


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (
            "[[agents]]\nname = 'A'\nteem = 'x'",
            "desk.toml",
            r"agents\.1\.teem is no entry.*did you mean 'team'",
        ),
        ("closed = []", "desk.toml", "closed is no entry of a desk; did you mean 'closed_teams'"),
        ("[[agents]]\nname = 'A'", "desk.toml", r"agents\.1\.team: field required"),
        ("[locks.T-1]\nurgency = 'lwo'", "desk.toml", r"locks\.T-1\.urgency: input should be"),
        ("[locks.T-1]\npriority = 'P0'", "desk.toml", r"locks\.T-1\.priority: input should be"),
        ("arrivals = [2026-03-02T09:00:00]", "desk.toml", r"arrivals\.1: input should have timezone info"),
        ("[[agents]]\nname='A'\nteam='x'\n[[agents]]\nname='A'\nteam='y'", "desk.toml", "two agents are called 'A'"),
        ("[", "desk.toml", "cannot be read: .*correct the file there"),
        ("{", "desk.json", "cannot be read: .*correct the file there"),
        ("[]", "desk.json", "holds no entries"),
        (b"\xff", "desk.toml", "is no UTF-8 text"),
    ],
)
def test_what_cannot_be_meant_is_refused(written, text, name, message):
    with pytest.raises(DeskError, match=message):
        read_desk(written(text, name))


def test_a_missing_or_huge_file_is_refused(tmp_path, written):
    with pytest.raises(DeskError, match="cannot be read: No such file"):
        read_desk(tmp_path / "absent.toml")
    with pytest.raises(DeskError, match="is larger than 16 MiB"):
        read_desk(written(b"#" * ((1 << 24) + 1)))
