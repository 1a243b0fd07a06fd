"""A model comes back from its folder as it went in, and a folder that is not whole is refused by name."""

import json
import pickle
import shutil

import numpy as np
import pytest
from invented_desk import invented_history

from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import ArtefactDamagedError, ArtefactVersionError
from ticket_triage.modelling.artefact import load_model, save_model
from ticket_triage.registry import publish, verify


@pytest.fixture(scope="module")
def published(model, tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return publish(root, "desk", lambda folder: save_model(model, folder, {"name": "desk", "note": "für uns"}))


@pytest.fixture
def copy(published, tmp_path):
    return shutil.copytree(published, tmp_path / published.name)


def files_of(folder):
    return sorted(path.name for path in folder.iterdir())


def rewrite_manifest(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def test_a_loaded_model_predicts_what_the_trained_one_did(model, published):
    tickets = [Ticket("", body=row.body, channel=row.channel) for row in invented_history(40, seed=7).itertuples()]
    loaded = load_model(published)
    for one, other in zip(model.predict(tickets), loaded.predict(tickets), strict=True):
        assert (one.heads, one.unknown_share) == (other.heads, other.unknown_share)
        assert other.model == loaded.reference


@pytest.mark.parametrize(("said", "mended"), [({}, True), ({"mended": True}, True), ({"mended": False}, False)])
def test_a_model_mends_slips_unless_its_manifest_says_otherwise(copy, said, mended):
    blocks = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))["blocks"]
    del blocks["mended"]
    rewrite_manifest(copy, blocks={**blocks, **said})
    assert load_model(copy).text.blocks.mended is mended


def test_the_reference_names_the_version_and_its_manifest(published):
    reference = load_model(published).reference
    assert (reference.name, reference.version) == ("desk", published.name)
    assert reference.version.endswith(reference.sha256[:12])
    assert json.loads((published / "manifest.json").read_text(encoding="utf-8"))["note"] == "für uns"


def test_saving_a_loaded_model_gives_the_same_bytes(published, tmp_path):
    about = {"name": "desk", "note": "für uns"}
    save_model(load_model(published), tmp_path, about)
    assert files_of(tmp_path) == files_of(published)
    assert all((tmp_path / name).read_bytes() == (published / name).read_bytes() for name in files_of(published))


def test_arrays_are_mapped_from_disk_and_cannot_be_written(published):
    coefficients = load_model(published).coefficients
    assert isinstance(coefficients.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        coefficients[0, 0] = 1.0


def test_every_flipped_byte_is_noticed_whichever_file_it_is_in(copy):
    for name in files_of(copy):
        whole = (copy / name).read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            broken = bytearray(whole)
            broken[place] ^= 1
            (copy / name).write_bytes(broken)
            with pytest.raises(ArtefactDamagedError, match=f"{name} (is not the file|does not list)"):
                verify(copy)
        (copy / name).write_bytes(whole)
    verify(copy)


def test_every_missing_file_is_noticed_by_the_check_and_by_the_loader(copy):
    for name in files_of(copy):
        whole = (copy / name).read_bytes()
        (copy / name).unlink()
        for refuse in (verify, load_model):
            with pytest.raises(ArtefactDamagedError, match=f"{name} cannot be read"):
                refuse(copy)
        (copy / name).write_bytes(whole)


@pytest.mark.parametrize("kept", [0, 10, 1000, -1])
def test_a_truncated_array_is_refused(copy, kept):
    path = copy / "coefficients.npy"
    path.write_bytes(path.read_bytes()[:kept])
    for refuse in (verify, load_model):
        with pytest.raises(ArtefactDamagedError, match=r"coefficients\.npy|does not hold a whole model"):
            refuse(copy)


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("kind", ["pickle", "object array"])
def test_a_pickle_in_place_of_an_array_is_never_read(copy, kind, tmp_path):
    bomb = Bomb(tmp_path / "exploded")
    if kind == "pickle":
        (copy / "intercepts.npy").write_bytes(pickle.dumps(bomb))
    else:
        np.save(copy / "intercepts.npy", np.array([bomb], dtype=object), allow_pickle=True)
    with pytest.raises(ArtefactDamagedError, match="does not hold a whole model"):
        load_model(copy)
    assert not bomb.path.exists()


@pytest.mark.parametrize("name", ["coefficients", "intercepts", "block0_idf", "block0_index", "head0_scores"])
def test_an_array_of_another_kind_or_size_is_refused(copy, name):
    path = copy / f"{name}.npy"
    right = np.load(path)
    for wrong in (right.astype(np.int16), right[:-1], right.reshape(-1, 1, 1)):
        np.save(path, wrong)
        with pytest.raises(ArtefactDamagedError, match="does not hold a whole model"):
            load_model(copy)


@pytest.mark.parametrize("other", [0, 1, 3, "2", None])
def test_another_format_is_refused_with_what_to_do(copy, other):
    rewrite_manifest(copy, format=other)
    with pytest.raises(ArtefactVersionError, match="but this version reads format 2 only; train the model again"):
        load_model(copy)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"{}", b"\xff\xfe", b"null", b'"format"'])
def test_a_garbage_manifest_is_refused(copy, content):
    (copy / "manifest.json").write_bytes(content)
    with pytest.raises(ArtefactDamagedError, match=r"manifest\.json is no model manifest"):
        load_model(copy)


@pytest.mark.parametrize(
    "changes",
    [
        {"heads": None},
        {"heads": [{}]},
        {"heads": [{"name": "urgency"}]},
        {"facts": []},
        {"facts": {"names": [], "known": ["channel=email"]}},
        {"blocks": {}},
        {"blocks": {"words": "12", "characters": None, "character_weight": 1}},
        {"blocks": {"words": None, "characters": None, "character_weight": 1}},
    ],
)
def test_a_manifest_that_does_not_fit_its_arrays_is_refused(copy, changes):
    rewrite_manifest(copy, **changes)
    with pytest.raises(ArtefactDamagedError, match="does not hold a whole model"):
        load_model(copy)
