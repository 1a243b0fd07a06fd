"""The forward pass gives the vectors that the encoders' own library gives."""

import numpy as np
import pytest
from encoder_folders import write_encoder

from ticket_triage.modelling.encoder.block import open_meaning
from ticket_triage.modelling.encoder.folder import read_folder

TEXT = "checkout is down for all customers please"
FIRST_FOUR = {  # of the transformers library, 5.23, with the same weights
    "bert": [-0.12609, 0.11232, 0.4563, -0.34635],
    "roberta": [-0.06302, 0.10151, 0.34667, -0.29408],
    "xlm-roberta": [-0.06302, 0.10151, 0.34667, -0.29408],
    "camembert": [-0.06302, 0.10151, 0.34667, -0.29408],
    "distilbert": [0.48787, -0.38334, 0.03407, 0.07624],
    "mpnet": [0.32724, -0.57092, 0.19279, -0.03111],
}


def encoder(folder, family="bert", pooling="mean"):
    return open_meaning(read_folder(write_encoder(folder, family, pooling)), "full").block


@pytest.mark.parametrize("family", FIRST_FOUR)
def test_vectors_are_those_of_the_encoder_s_own_library(tmp_path, family):
    block = encoder(tmp_path, family)
    (vector,) = block.transformer.read(np.array(block.tokens.numbers([TEXT], marked=True)))
    np.testing.assert_allclose(vector[:4], FIRST_FOUR[family], atol=2e-5)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


def test_each_pooling_reads_the_same_tokens_its_own_way(tmp_path):
    vectors = [encoder(tmp_path / pooling, pooling=pooling).encode([TEXT])[0] for pooling in ("mean", "cls", "max")]
    assert all(np.abs(one - other).max() > 0.05 for one, other in zip(vectors, vectors[1:] + vectors[:1], strict=True))


def test_a_text_has_the_same_vector_alone_and_in_company(tmp_path):
    texts = [TEXT, "the icon is ugly", "payment fails", "the page is slow", "", "nothing known here at all"]
    together = encoder(tmp_path).encode(texts)
    alone = np.concatenate([encoder(tmp_path).encode([text]) for text in texts])
    assert together.tobytes() == alone.tobytes()


def test_many_texts_read_together_differ_in_the_last_digits_at_most(tmp_path):
    transformer = encoder(tmp_path).transformer
    tokens = np.arange(4, 25).reshape(7, 3)
    np.testing.assert_allclose(transformer.read(tokens, together=True), transformer.read(tokens), atol=1e-6)


def test_the_upper_half_of_the_layers_takes_part_evenly(tmp_path):
    transformer = encoder(tmp_path).transformer  # of two layers: what enters the second one, and what leaves it
    tokens = np.arange(4, 25).reshape(3, 7)
    last = transformer.read(tokens)
    transformer._layers, both = transformer._layers[:1], transformer.read(tokens, upper=True)
    expected = last + transformer.read(tokens)
    np.testing.assert_allclose(both, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)


def test_an_empty_text_means_nothing(tmp_path):
    assert not encoder(tmp_path).encode([""]).any()


def test_a_text_is_read_up_to_the_encoder_s_length(tmp_path):
    words = ["checkout", "is", "down", "for", "all", "customers"]
    block = encoder(tmp_path)
    room = block.tokens.most_tokens - 2
    long, longer = (" ".join((words * 10)[:number]) for number in (room, room + 30))
    assert block.encode([long]).tobytes() == block.encode([longer]).tobytes()


def test_what_was_read_is_remembered_but_not_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr("ticket_triage.modelling.encoder.full._REMEMBERED", 2)
    block, read = encoder(tmp_path), []
    whole = block.transformer.read
    monkeypatch.setattr(
        block.transformer, "read", lambda tokens, **how: read.append(len(tokens)) or whole(tokens, **how)
    )
    for texts in (["page", "icon"], ["page", "icon", "page"], ["login"], ["page"]):
        block.encode(texts)
    assert sum(read) == 4
