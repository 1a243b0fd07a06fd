"""What is no encoder, or not a safe one, is refused in one sentence."""

import json

import pytest
from encoder_folders import write_encoder, write_json

from ticket_triage.errors import BadOptionError, EncoderError
from ticket_triage.modelling.encoder.block import check_mode, open_meaning
from ticket_triage.modelling.encoder.folder import read_folder


@pytest.fixture
def folder(tmp_path):
    return write_encoder(tmp_path / "tiny")


def refused(folder):
    with pytest.raises(EncoderError, match=r"\.$") as caught:
        open_meaning(read_folder(folder), "static")
    message = str(caught.value)
    assert "\n" not in message
    return message


def changed(path, **entries):
    write_json(path, json.loads(path.read_text()) | entries)


def test_a_folder_says_what_is_in_it(folder):
    found = read_folder(folder)
    assert (found.name, found.spec.family, found.spec.width, found.spec.pooling) == ("tiny", "bert", 16, "mean")
    assert found.spec.most_tokens == 20


def test_a_folder_that_is_not_there(tmp_path):
    assert "There is no encoder folder" in refused(tmp_path / "none")


def test_a_folder_of_something_else(tmp_path):
    assert "it has no modules.json" in refused(tmp_path)


def test_weights_in_a_pickle_are_never_opened(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "pytorch_model.bin holds the weights as a pickle" in refused(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "1_Pooling/config.json"])
def test_a_part_that_is_missing_is_named(folder, name):
    (folder / name).unlink()
    assert name.rpartition("/")[2] in refused(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "modules.json"])
def test_a_part_that_holds_something_else_is_named(folder, name):
    (folder / name).write_bytes(b"\x80\x04garbage")
    assert name.rpartition("/")[2] in refused(folder)


def test_an_architecture_that_cannot_be_run_is_named(folder):
    changed(folder / "config.json", model_type="t5")
    assert "is of the kind 't5'; known are: bert, camembert" in refused(folder)


def test_an_activation_that_cannot_be_run_is_named(folder):
    changed(folder / "config.json", hidden_act="swish")
    assert "uses 'swish'" in refused(folder)


def test_a_pooling_that_cannot_be_run_is_named(folder):
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_weightedmean_tokens": True})
    assert "pooling_mode_weightedmean_tokens" in refused(folder)


def test_a_further_module_is_named(folder):
    modules = json.loads((folder / "modules.json").read_text())
    write_json(
        folder / "modules.json", [*modules[:2], {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]
    )
    assert "has Dense in place 2" in refused(folder)


def test_modules_outside_the_folder_are_refused(folder):
    write_json(folder / "modules.json", [{"path": "../elsewhere", "type": "sentence_transformers.models.Transformer"}])
    assert "points outside its folder" in refused(folder)


def test_weights_of_another_size_are_refused(folder):
    changed(folder / "config.json", num_hidden_layers=3)
    assert "is not what its config.json says" in refused(folder)


def test_a_configuration_without_sizes_is_refused(folder):
    write_json(folder / "config.json", {"model_type": "bert"})
    assert "does not describe an encoder" in refused(folder)


def test_a_mode_that_is_none():
    with pytest.raises(BadOptionError, match="no encoder mode 'ful'; did you mean 'full'"):
        check_mode("ful")
