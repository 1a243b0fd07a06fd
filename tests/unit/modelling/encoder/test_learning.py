"""A model that learns from meaning too: its block has a weight of its own, a line of its own, and files of its own."""

import json
from dataclasses import replace
from math import fsum

import numpy as np
import pandas as pd
import pytest
from encoder_folders import WORDS, write_encoder

from ticket_triage.domain.labels import CATEGORY, URGENCY
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import ArtefactDamagedError
from ticket_triage.modelling.artefact import load_model, save_model
from ticket_triage.modelling.encoder.block import WHOLE_TEXT
from ticket_triage.modelling.encoder.folder import read_folder
from ticket_triage.modelling.heads import Block, CalibratedLinearClassifier
from ticket_triage.modelling.training import facts_of, texts_of, train_model

TICKET = Ticket("T-1", subject="checkout is down", body="payment fails for all customers", channel="email")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return read_folder(write_encoder(tmp_path_factory.mktemp("encoder")))


@pytest.fixture(scope="module")
def wordy():
    """Tickets of which every word but one is too rare to learn, so that meaning alone tells them apart."""
    rng, rows = np.random.default_rng(0), []
    for _ in range(500):
        broken = rng.random() < 0.5
        telling = WORDS[3:9] if broken else WORDS[9:13]
        words = ["please", *rng.choice(telling, 3), *rng.choice(WORDS[16:], 2)]
        rows.append((" ".join(rng.permutation(words)), "outage" if broken else "praise", "high" if broken else "low"))
    return pd.DataFrame(rows, columns=["body", "category", "urgency"]).assign(channel="email")


@pytest.fixture(scope="module", params=["static", "full"])
def learnt(request, folder, wordy, quick):
    options = {"heads": (URGENCY, CATEGORY), "facts": ["channel"], "recipe": replace(quick, min_df=450), "n_jobs": 1}
    return train_model(wordy, encoder=folder, encoder_mode=request.param, **options)


@pytest.fixture
def meant(learnt):
    return learnt.model


def test_meaning_tells_apart_what_rare_words_cannot(learnt):
    assert min(learnt.about["encoder"]["weights"].values()) > 0
    assert min(report.accuracy.value for report in learnt.reports) > 0.8


def test_scikit_learn_users_get_the_meaning_too(meant, wordy):
    pipeline, slot = meant.as_sklearn("urgency"), meant.slots[0]
    expected, _ = meant.answers(slot, meant.logits(texts_of(wordy), facts_of(wordy, meant.facts.names)))
    np.testing.assert_allclose(pipeline.predict_proba(wordy), expected, rtol=0, atol=1e-12)
    assert pipeline[0].get_feature_names_out()[-1].startswith("meaning_")


def test_the_weights_of_the_block_are_told(learnt, folder):
    about = learnt.about["encoder"]
    assert set(about["weights"]) == {"urgency", "category"}
    assert set(about["weights"].values()) <= set(about["tried"])
    assert (about["weights_sha256"], about["features"]) == (folder.sha256(), 16)


def test_the_block_is_one_line_and_all_lines_add_up(meant):
    for head in meant.explain(TICKET).heads:
        lines = [line for line in head.lines if line.kind == "meaning"]
        assert [line.text for line in lines] == [WHOLE_TEXT]
        total = fsum(line.contribution for line in head.lines) + head.calibration.shift
        assert total == pytest.approx(head.calibration.log_odds, abs=1e-6)


def test_the_block_is_a_reason_among_others(meant):
    (prediction,) = meant.predict([TICKET], reasons=50)
    for head, explained in zip(prediction.heads, meant.explain(TICKET).heads, strict=True):
        (line,) = [line for line in explained.lines if line.kind == "meaning"]
        reasons = {reason.text: reason.contribution for reason in head.reasons}
        assert reasons.get(WHOLE_TEXT, 0.0) == pytest.approx(line.contribution, abs=1e-4)


def test_a_ticket_alone_and_in_a_batch_gets_the_same(meant):
    tickets = [TICKET, Ticket("T-2", body="the icon is ugly"), Ticket("T-3"), Ticket("T-4", body="page slow " * 900)]
    assert meant.predict(tickets) == [meant.predict([ticket])[0] for ticket in tickets]


def test_a_saved_model_answers_the_same_and_holds_no_pickle(meant, tmp_path):
    save_model(meant, tmp_path, {"name": "with meaning"})
    again = load_model(tmp_path)
    texts, facts = ["checkout is down", "icon ugly"], [("email",), (None,)]
    assert again.logits(texts, facts).tobytes() == meant.logits(texts, facts).tobytes()
    files = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert {path.name for path in tmp_path.iterdir()} == {*files, "manifest.json"}
    assert {name.partition(".")[2] for name in files} <= {"npy", "safetensors", "json"}


def test_two_savings_are_the_same_bytes(meant, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        save_model(meant, tmp_path / name, {"name": "x"})
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_an_artefact_that_lost_its_tokenizer_is_refused(meant, tmp_path):
    save_model(meant, tmp_path, {"name": "x"})
    (tmp_path / "meaning_tokenizer.json").unlink()
    with pytest.raises(ArtefactDamagedError, match="has lost its encoder"):
        load_model(tmp_path)


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(0)
    y = np.repeat(["high", "low"], 150)
    plain = (rng.random((300, 5)) < np.where(y == "high", 0.6, 0.3)[:, None]).astype(float)
    telling = np.where(y == "high", 1.0, -1.0)[:, None] + rng.normal(0, 1, (300, 2))
    return plain, telling, rng.normal(size=(300, 60)), y


def test_a_block_that_tells_is_taken(samples):
    plain, telling, _, y = samples
    X = np.hstack([plain, telling])
    head = CalibratedLinearClassifier(blocks=(Block("meaning", 2, (0.5, 1.0)),)).fit(X, y)
    assert head.block_weights_["meaning"] > 0
    assert np.mean(head.predict(X) == y) > 0.9
    assert np.abs(head.coef_[:, 5:]).min() > 0


def test_a_block_that_tells_nothing_leaves_the_head_as_it_was(samples):
    plain, _, noise, y = samples
    without = CalibratedLinearClassifier().fit(plain, y)
    beside = CalibratedLinearClassifier(blocks=(Block("meaning", 60, (4.0,)),)).fit(np.hstack([plain, noise]), y)
    assert beside.block_weights_ == {"meaning": 0.0}
    assert beside.coef_[:, :5].tobytes() == np.ascontiguousarray(without.coef_).tobytes()
    assert not beside.coef_[:, 5:].any()
    assert beside.intercept_.tobytes() == without.intercept_.tobytes()
