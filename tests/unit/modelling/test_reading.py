"""What says nothing of the matter is not read, and a slip of the finger is."""

import numpy as np
import pytest

from ticket_triage.domain.text import normalise
from ticket_triage.modelling.neutral import neutral_words, without_neutral
from ticket_triage.modelling.reading import TextReader
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures, batches

MATTER = "the checkout is down"


@pytest.fixture(scope="module")
def reader():
    texts = ["the checkout page is down", "the checkout payment fails"] * 3 + [
        "invoice payment shows wrong amounts"
    ] * 2
    features, _ = TfidfFeatures.learn(batches(texts), Blocks((1, 2), (2, 4)), min_df=2, keep=False)
    return TextReader(features)


@pytest.mark.parametrize(
    "frame",
    [
        "Hello, {}", "Dear support team, {}", "Good morning! {}", "Please help. {}", "{} please", "Bitte {}",
        "{} Thank you very much in advance!", "{} Kind regards, Thandiwe", "{} Sincerely yours, Bob Miller",
        "My name is Zbigniew. {}", "Maria here. {}", "{} Ahmed", "I am writing from Kenya. {}", "{} (Norway)",
        "{} Could you please help me with this?",
        "{} Mit freundlichen Gr\u00fc\u00dfen, Olga", "Sorry to bother you. {}",
    ],
)  # fmt: skip
def test_courtesies_names_and_countries_are_not_read(frame):
    assert without_neutral(normalise(frame.format(MATTER))) == MATTER


@pytest.mark.parametrize(
    "text",
    [
        "thanks for nothing",
        "thank you",
        "is anybody here",
        "will it work",
        "grace period is over",
        "best price",
        "my app",
    ],
)
def test_words_that_may_matter_are_read(text):
    assert without_neutral(text) == text


def test_listed_words_are_as_the_model_writes_them():
    assert len(neutral_words()) > 900
    assert [word for word in neutral_words() if normalise(word) != word] == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("the chekcout is down", "the checkout is down"),
        ("paymentt, invoce.", "payment, invoice."),
        ("(chckout) wrogn", "(checkout) wrong"),
        ("dwon", "dwon"),  # short words have too many neighbours
        ("chekcuot page1 x_page zzyzxq", "chekcuot page1 x_page zzyzxq"),
    ],
)
def test_one_slip_is_mended_and_nothing_else(reader, written, read):
    assert reader.read([written]) == [read]


def test_slips_stay_where_the_blocks_say_so():
    features, _ = TfidfFeatures.learn(
        batches(["the checkout is down"] * 3), Blocks((1, 2), None, mended=False), min_df=2, keep=False
    )
    assert TextReader(features).read(["the chekcout is down"]) == ["the chekcout is down"]


def test_a_text_reads_the_same_alone_in_company_and_after_others(reader):
    rng = np.random.default_rng(0)
    words = ["checkout", "chekcout", "paymnet", "invoice", "wrnog", "down"]
    texts = [" ".join(rng.choice(words, 12)) for _ in range(50)]
    alone = [TextReader.read(reader, [text])[0] for text in texts]
    for _ in range(7):
        reader.read([" ".join("".join(rng.choice([*"abcdef"], 9)) for _ in range(150)) for _ in range(60)])
    assert reader.read(texts) == alone


def test_the_end_of_a_long_text_is_read_as_it_is(reader):
    assert reader.read(["x " * 990 + "chekcout " * 20])[0].endswith("chekcout chekcout ")


def test_the_reader_of_word_pairs_alone_mends_nothing():
    features, _ = TfidfFeatures.learn(batches(["the checkout page"] * 2), Blocks((2, 2), None), min_df=2, keep=False)
    assert TextReader(features).read(["the chekcout page"]) == ["the chekcout page"]
