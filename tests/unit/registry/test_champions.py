"""The version in use: always a whole one, never changed half, and every change stays on record."""

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from ticket_triage import registry
from ticket_triage.errors import (
    ArtefactDamagedError,
    ChampionMovedError,
    ForeignFileError,
    ModelError,
    ModelNotFoundError,
    NoEarlierChampionError,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def writing(content):
    """Return a function that writes one file and its manifest."""

    def write(folder):
        (folder / "weights.npy").write_bytes(content)
        files = {"weights.npy": hashlib.sha256(content).hexdigest()}
        (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")

    return write


def published(root, content):
    return registry.publish(root, "desk", writing(content)).name


def appoint(root, version, action=registry.PROMOTED, **more):
    expected = registry.champion(root, "desk")
    return registry.appoint(root, "desk", version, action=action, at=NOW, **{"expected": expected} | more)


def log_of(root):
    folder = root / "desk" / "champions"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def test_an_appointed_version_is_in_use_and_the_record_says_since_when_and_why(tmp_path):
    one, two = published(tmp_path, b"one"), published(tmp_path, b"two")
    appoint(tmp_path, one, registry.FIRST)
    appoint(tmp_path, two, registry.FORCED, reason="für heute")
    assert registry.current_version(tmp_path, "desk") == tmp_path / "desk" / two
    assert registry.changes(tmp_path, "desk") == [
        registry.Change(1, one, None, "first", None, "2026-03-02T09:30:00+00:00"),
        registry.Change(2, two, one, "forced", "für heute", "2026-03-02T09:30:00+00:00"),
    ]


def test_a_published_version_is_not_in_use_before_it_is_appointed(tmp_path):
    published(tmp_path, b"one")
    assert registry.champion(tmp_path, "desk") is None
    with pytest.raises(ModelNotFoundError, match=r"No version of model 'desk' is in use; .* 'triage models promote'"):
        registry.current_version(tmp_path, "desk")


def test_repeated_rollbacks_go_further_back_and_never_forth(tmp_path):
    one, two, three = (published(tmp_path, content) for content in (b"one", b"two", b"three"))
    for version in (one, two, three):
        appoint(tmp_path, version)
    assert registry.roll_back(tmp_path, "desk", at=NOW).version == two
    assert registry.roll_back(tmp_path, "desk", at=NOW, reason="worse").version == one
    with pytest.raises(NoEarlierChampionError, match="'desk' has no earlier version that was in use"):
        registry.roll_back(tmp_path, "desk", at=NOW)
    appoint(tmp_path, three)
    assert registry.roll_back(tmp_path, "desk", at=NOW).version == one


def test_a_rollback_to_a_damaged_version_is_refused_and_changes_nothing(tmp_path):
    one, two = published(tmp_path, b"one"), published(tmp_path, b"two")
    appoint(tmp_path, one)
    appoint(tmp_path, two)
    (tmp_path / "desk" / one / "weights.npy").write_bytes(b"ONE")
    before = log_of(tmp_path)
    with pytest.raises(ArtefactDamagedError, match=r"weights\.npy is not the file"):
        registry.roll_back(tmp_path, "desk", at=NOW)
    assert (registry.champion(tmp_path, "desk"), log_of(tmp_path)) == (two, before)


def test_of_two_people_who_change_it_at_once_the_second_is_told(tmp_path):
    one, two, three = (published(tmp_path, content) for content in (b"one", b"two", b"three"))
    appoint(tmp_path, one)
    appoint(tmp_path, two, expected=one)
    with pytest.raises(ChampionMovedError, match=f"Meanwhile somebody put version {two} of model 'desk' into use"):
        appoint(tmp_path, three, expected=one)
    assert registry.champion(tmp_path, "desk") == two


def test_an_entry_that_appears_between_look_and_write_is_never_overwritten(tmp_path, monkeypatch):
    one, two, three = (published(tmp_path, content) for content in (b"one", b"two", b"three"))
    appoint(tmp_path, one)
    link = registry.champions.os.link

    def rival_first(source, target):
        monkeypatch.setattr(registry.champions.os, "link", link)
        appoint(tmp_path, two)
        link(source, target)

    monkeypatch.setattr(registry.champions.os, "link", rival_first)
    with pytest.raises(ChampionMovedError, match="Meanwhile somebody"):
        appoint(tmp_path, three)
    assert [change.version for change in registry.changes(tmp_path, "desk")] == [one, two]


@pytest.mark.parametrize("step", ["fdopen", "fsync", "link"])
def test_a_crash_at_any_step_leaves_the_old_champion_and_no_litter(tmp_path, monkeypatch, step):
    one, two = published(tmp_path, b"one"), published(tmp_path, b"two")
    appoint(tmp_path, one)
    before = log_of(tmp_path)

    def crash(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(registry.champions.os, step, crash)
    with pytest.raises(OSError, match="No space left"):
        appoint(tmp_path, two)
    assert (registry.champion(tmp_path, "desk"), log_of(tmp_path)) == (one, before)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"version": "0001"}', b"0009-none\n"])
def test_a_garbage_entry_is_refused(tmp_path, content):
    appoint(tmp_path, published(tmp_path, b"one"))
    (tmp_path / "desk" / "champions" / "0001.json").write_bytes(content)
    with pytest.raises(ArtefactDamagedError, match=r"0001\.json is not the entry that was written"):
        registry.current_version(tmp_path, "desk")


def test_a_lost_entry_is_noticed(tmp_path):
    for content in (b"one", b"two", b"three"):
        appoint(tmp_path, published(tmp_path, content))
    (tmp_path / "desk" / "champions" / "0002.json").unlink()
    with pytest.raises(ArtefactDamagedError, match="lacks an entry"):
        registry.champion(tmp_path, "desk")


@pytest.mark.parametrize("pointed", ["0009-000000000000", "", "../other", "."])
def test_an_entry_that_names_no_version_is_refused(tmp_path, pointed):
    appoint(tmp_path, published(tmp_path, b"one"))
    entry = tmp_path / "desk" / "champions" / "0001.json"
    entry.write_text(json.dumps(json.loads(entry.read_text()) | {"version": pointed}))
    with pytest.raises(ModelNotFoundError, match="has no version"):
        registry.current_version(tmp_path, "desk")


@pytest.mark.parametrize("foreign", ["model.pkl", "deep/model.pickle", ".hidden", "weights.npy.bak"])
def test_a_file_nobody_published_keeps_its_version_out_of_use(tmp_path, foreign):
    version = published(tmp_path, b"one")
    appoint(tmp_path, version)
    path = tmp_path / "desk" / version / foreign
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(ForeignFileError, match="was not published with its version"):
        registry.current_version(tmp_path, "desk")


def test_a_number_names_a_version_too(tmp_path):
    one, two = published(tmp_path, b"one"), published(tmp_path, b"two")
    for told in (two, "2", "0002"):
        assert registry.version_folder(tmp_path, "desk", told).name == two
    with pytest.raises(ModelNotFoundError, match=f"no version '3'; known are: {one}, {two}"):
        registry.version_folder(tmp_path, "desk", "3")


class Registry(RuleBasedStateMachine):
    """Publish, promote, roll back, damage and crash in any order, beside a model of what should be."""

    made = Bundle("made")

    def __init__(self):
        super().__init__()
        import tempfile
        from pathlib import Path

        self.root = Path(tempfile.mkdtemp())
        self.stack, self.damaged, self.log, self.count = [], set(), {}, 0

    def teardown(self):
        shutil.rmtree(self.root)

    @rule(target=made)
    def publish(self):
        self.count += 1
        return published(self.root, str(self.count).encode())

    @rule(version=made, minutes=st.integers(0, 99))
    def promote(self, version, minutes):
        at = NOW + timedelta(minutes=minutes)
        expected = registry.champion(self.root, "desk")
        try:
            registry.appoint(self.root, "desk", version, action=registry.PROMOTED, at=at, expected=expected)
        except ModelError:
            assert version in self.damaged
        else:
            self.stack.append(version)

    @precondition(lambda self: self.count)
    @rule()
    def roll_back(self):
        try:
            registry.roll_back(self.root, "desk", at=NOW)
        except NoEarlierChampionError:
            assert len(self.stack) < 2
        except ArtefactDamagedError:
            assert self.stack[-2] in self.damaged
        else:
            self.stack.pop()

    @rule(version=made)
    def crash_while_promoting(self, version):
        link = registry.champions.os.link

        def crash(*_):
            raise OSError(5, "Input/output error")

        registry.champions.os.link = crash
        try:
            with pytest.raises((OSError, ModelError), match=r"Input/output error|is not the file"):
                appoint(self.root, version)
        finally:
            registry.champions.os.link = link

    @precondition(lambda self: self.stack)
    @rule(version=made)
    def damage_another(self, version):
        if version != self.stack[-1]:
            (self.root / "desk" / version / "weights.npy").write_bytes(b"damaged")
            self.damaged.add(version)

    @invariant()
    def the_one_in_use_is_the_last_promoted_and_whole(self):
        assert registry.champion(self.root, "desk") == (self.stack[-1] if self.stack else None)
        if self.stack and self.stack[-1] not in self.damaged:
            registry.verify(registry.current_version(self.root, "desk"))

    @invariant()
    def the_log_only_grows(self):
        log = log_of(self.root)
        assert {name: log.get(name) for name in self.log} == self.log
        self.log = log


TestRegistry = Registry.TestCase
TestRegistry.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
