"""Versions appear whole or not at all, are found again by their bytes, and are checked before use."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.errors import ArtefactDamagedError, BadOptionError, ModelNotFoundError
from ticket_triage.registry import current_version, publish, verify, versions


def writing(content, files=None):
    """Return a function that writes one file and its manifest."""

    def write(folder):
        (folder / "weights.npy").write_bytes(content)
        listed = {"weights.npy": hashlib.sha256(content).hexdigest()} if files is None else files
        (folder / "manifest.json").write_text(json.dumps({"files": listed}), encoding="utf-8")

    return write


def test_a_published_version_is_there_with_its_bytes(tmp_path):
    folder = publish(tmp_path / "models", "desk", writing(b"one"))
    assert versions(tmp_path / "models", "desk") == [folder.name]
    assert (folder / "weights.npy").read_bytes() == b"one"
    assert folder.name.startswith("0001-")


def test_versions_are_numbered_in_order(tmp_path):
    folders = [publish(tmp_path, "desk", writing(content)) for content in (b"one", b"two", b"three")]
    assert versions(tmp_path, "desk") == [folder.name for folder in folders]
    assert [folder.name[:4] for folder in folders] == ["0001", "0002", "0003"]


def test_the_same_bytes_are_the_same_version(tmp_path):
    first = publish(tmp_path, "desk", writing(b"one"))
    publish(tmp_path, "desk", writing(b"two"))
    assert publish(tmp_path, "desk", writing(b"one")) == first
    assert len(versions(tmp_path, "desk")) == 2


def test_a_crash_while_writing_leaves_nothing(tmp_path):
    before = publish(tmp_path, "desk", writing(b"one"))

    def crash(folder):
        writing(b"two")(folder)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        publish(tmp_path, "desk", crash)
    assert [path.name for path in (tmp_path / "desk").iterdir()] == [before.name]


def test_a_version_without_a_manifest_is_never_placed(tmp_path):
    with pytest.raises(ArtefactDamagedError, match=r"manifest\.json cannot be read"):
        publish(tmp_path, "desk", lambda folder: None)
    assert versions(tmp_path, "desk") == []


def test_drafts_left_by_a_killed_process_are_no_versions(tmp_path):
    (tmp_path / "desk" / ".draft-killed").mkdir(parents=True)
    assert versions(tmp_path, "desk") == []
    assert publish(tmp_path, "desk", writing(b"one")).name.startswith("0001-")


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "../up", "a\\b", "a b", "a\0b", "a:b", "a\n"])
def test_a_name_that_is_no_plain_folder_name_is_refused(tmp_path, name):
    for use in (lambda: publish(tmp_path, name, writing(b"one")), lambda: current_version(tmp_path, name)):
        with pytest.raises(BadOptionError, match="cannot be a model's name: use letters, digits"):
            use()
    assert list(tmp_path.iterdir()) == []


@settings(deadline=None)
@given(place=st.integers(0, 99), flip=st.integers(1, 255))
def test_any_changed_byte_is_refused_before_use(tmp_path_factory, place, flip):
    root = tmp_path_factory.mktemp("models")
    folder = publish(root, "desk", writing(bytes(range(100))))
    content = bytearray(range(100))
    content[place] ^= flip
    (folder / "weights.npy").write_bytes(content)
    with pytest.raises(ArtefactDamagedError, match=r"weights\.npy is not the file that was published; restore"):
        verify(folder)


def test_a_changed_manifest_is_refused_even_when_it_lists_the_right_files(tmp_path):
    folder = publish(tmp_path, "desk", writing(b"one"))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ArtefactDamagedError, match=r"manifest\.json is not the file that was published"):
        verify(folder)


@pytest.mark.parametrize("files", [[], 7, None, "weights.npy"])
def test_a_manifest_that_lists_no_files_is_refused(tmp_path, files):
    def write(folder):
        (folder / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")

    folder = publish(tmp_path, "desk", write)
    with pytest.raises(ArtefactDamagedError, match=r"manifest\.json does not list its files"):
        verify(folder)


def test_another_user_may_read_what_is_published(tmp_path):
    folder = publish(tmp_path, "desk", writing(b"one"))
    assert folder.stat().st_mode & 0o005 == 0o005


def test_a_missing_model_is_answered_with_what_there_is(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"There is no model in .*; train one with 'triage train'"):
        current_version(tmp_path / "nowhere", "desk")
    publish(tmp_path, "it_desk", writing(b"one"))
    with pytest.raises(ModelNotFoundError, match=r"There is no model 'it_dsk' .* did you mean 'it_desk'"):
        current_version(tmp_path, "it_dsk")


@pytest.mark.parametrize(
    "stray", ["backup", "0001", "0001-old", "1-0123456789ab", "0009-0123456789AB", "0009-0123456789ab-"]
)
def test_a_folder_that_is_no_version_is_passed_over(tmp_path, stray):
    first = publish(tmp_path, "desk", writing(b"one"))
    (tmp_path / "desk" / stray).mkdir()
    second = publish(tmp_path, "desk", writing(b"two"))
    assert second.name.startswith("0002-")
    assert versions(tmp_path, "desk") == [first.name, second.name]


def test_the_ten_thousandth_version_comes_after_the_one_before(tmp_path):
    for name in ("9999-0123456789ab", "10000-0123456789ab"):
        (tmp_path / "desk" / name).mkdir(parents=True)
    assert publish(tmp_path, "desk", writing(b"one")).name.startswith("10001-")
    assert versions(tmp_path, "desk")[:2] == ["9999-0123456789ab", "10000-0123456789ab"]


def test_a_name_longer_than_a_folder_s_is_refused_before_anything_is_written(tmp_path):
    assert publish(tmp_path, "m" * 100, writing(b"one")).is_dir()
    for use in (current_version, versions, lambda root, name: publish(root, name, writing(b"one"))):
        with pytest.raises(BadOptionError, match=r"name has at most 100 characters; this one has 300\.$"):
            use(tmp_path, "m" * 300)
