"""A table distilled from an encoder: tokens in, a text's meaning out."""

import numpy as np
import pytest
from encoder_folders import write_encoder

from ticket_triage.modelling.encoder.block import open_meaning
from ticket_triage.modelling.encoder.folder import read_folder
from ticket_triage.modelling.encoder.static import StaticTable, principal, weighted


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return read_folder(write_encoder(tmp_path_factory.mktemp("encoder")))


@pytest.fixture(scope="module")
def block(folder):
    return open_meaning(folder, "static").block


def test_a_text_is_the_sum_of_its_tokens_at_length_one(block):
    numbers = block.tokens.numbers(["checkout is down"], marked=False)[0]
    expected = block.table[numbers].astype(np.float64).sum(axis=0)
    np.testing.assert_allclose(block.encode(["checkout is down"])[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_the_order_of_words_does_not_matter_and_case_does_not(block):
    one, other = block.encode(["checkout is down", "DOWN is Checkout"])
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_text_has_the_same_vector_alone_and_in_company(block):
    texts = ["checkout is down", "", "the icon is ugly please", "login fails"]
    alone = np.concatenate([block.encode([text]) for text in texts])
    assert block.encode(texts).tobytes() == alone.tobytes()
    assert not alone[1].any()


def test_the_same_encoder_gives_the_same_table(folder, block):
    assert open_meaning(folder, "static", n_jobs=2).block.table.tobytes() == block.table.tobytes()


def test_a_table_for_another_tokenizer_is_refused(block):
    with pytest.raises(ValueError, match="the table of tokens has the shape"):
        StaticTable(block.tokens, block.table[:-1])


def test_the_strongest_directions_are_kept():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 6))
    kept = principal(flat.astype(np.float32) + 3.0, 2).astype(np.float64)
    distances = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(kept[:, None] - kept[None], axis=2), distances, atol=1e-4)


def test_common_tokens_are_weighed_down():
    weights = weighted(np.ones((1000, 1), dtype=np.float32))[:, 0]
    assert (np.diff(weights) > 0).all()
    assert weights[0] < weights[-1] / 50
