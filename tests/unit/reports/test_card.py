"""A card says what a version was made from and how good it is, as Markdown and as a page that loads nothing."""

from html.parser import HTMLParser

import pytest

from ticket_triage.reports.card import card_html, card_markdown

INTERVAL = {"value": 0.75, "low": 0.7, "high": 0.8, "n": 320}
REPORT = {
    "head": "urgency",
    "rows": 320,
    "signal": True,
    "accuracy": INTERVAL,
    "majority": 0.4,
    "macro_f1": 0.712,
    "quadratic_kappa": 0.81,
    "top": "critical",
    "top_recall": {"value": 0.5, "low": 0.3, "high": 0.7, "n": 20},
    "top_precision": {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0},
    "expected_calibration_error": 0.03,
    "log_loss": 0.7,
    "prior_log_loss": 1.3,
    "classes": [{"name": "a|b <i>", "rows": 20, "precision": 0.5, "recall": 0.25, "f1": 0.333}],
}


@pytest.fixture
def about():
    return {
        "name": "desk",
        "training": {
            "rows": 1600,
            "learnt_from": 1280,
            "judged_on": 320,
            "split": "newest fifth",
            "window": ["2026-01-01T00:00:00+00:00", "2026-06-30T00:00:00+00:00"],
            "seed": 7,
        },
        "lineage": {
            "data_sha256": "d" * 64,
            "judged_sha256": "e" * 64,
            "model_sha256": "f" * 64,
            "code": "0.1.0",
            "seed": 7,
        },
        "reports": [REPORT],
        "slices": [{"head": "urgency", "slice": "channel", "value": "email", "accuracy": INTERVAL}],
        "warnings": ["urgency: 1 class is not learnt: 'odd'."],
        "recipe": {"words": [1, 2], "C": [1.0, 3.0], "characters": None},
        "environment": {"python": "3.11.7"},
    }


class Outside(HTMLParser):
    """Collects the tags and whatever a page would load."""

    def __init__(self):
        super().__init__()
        self.tags, self.loads, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in {"src", "href", "srcset", "data", "action"}]

    def handle_data(self, data):
        self.text += data


def test_the_card_tells_every_part_in_both_forms(about):
    page = Outside()
    page.feed(card_html(about))
    for text in (card_markdown(about), page.text):
        for part in ("Intended use", "Data", "Figures: urgency", "Slices", "Limits", "How it was made", "Environment"):
            assert part in text
        for figure in (
            "1,600 tickets opened 2026-01-01",
            "d" * 64,
            "0.712",
            "channel is email",
            "3.11.7",
            "not learnt",
        ):
            assert figure in text
    assert "| recall of critical | 0.500 \\[0.300, 0.700\\] |" in card_markdown(about)
    assert "| precision of critical | none |" in card_markdown(about)


def test_the_page_loads_nothing_and_names_are_shown_as_they_are(about):
    page = Outside()
    page.feed(card_html(about))
    assert page.loads == []
    assert not {"script", "link", "img", "iframe", "i"} & set(page.tags)
    assert "a|b <i>" in page.text
    assert "| a\\|b \\<i\\> | 20 |" in card_markdown(about)


def test_an_ablation_is_shown_when_it_was_measured(about):
    assert "What each part brought" not in card_markdown(about)
    rows = [{"without": "characters", "macro_f1": 0.70123, "rows": 320}]
    for ablation in (rows, {"urgency": rows}):
        shown = card_markdown(about | {"ablation": ablation})
        assert "## What each part brought" in shown
        assert "| characters | 0.7012 | 320 |" in shown


def test_contracts_and_costs_are_shown_with_what_is_lacking(about):
    proven = {"head": "urgency", "automatic": True, "threshold": 0.8, "bound": 0.96, "cases": 90, "errors": 0}
    lacking = {**proven, "automatic": False, "errors": 9, "answer": "high", "labels_needed": None}
    costs = {"head": "urgency", "rows": 1000, "costs": {"acted": 0.5, "majority": 0.25}, "loses_to": ["majority"]}
    contracts = [{**proven, "answer": "low", "labels_needed": 0}, lacking]
    shown = card_markdown(about | {"contracts": contracts, "costs": costs})
    assert "| urgency | low | yes | 0.800 | 0.960 | 90 | 0 | 0 |" in shown
    assert "| urgency | high | suggest only | 0.800 | 0.960 | 90 | 9 | more than can be said |" in shown
    assert "| majority | 0.250 |" in shown
    assert "Acting by least expected cost loses to: majority." in shown


def test_a_history_without_dates_and_a_head_without_order_have_cards_too(about):
    about["training"]["window"], about["slices"] = None, []
    plain = REPORT | {"signal": False, "top": None, "quadratic_kappa": None}
    shown = card_markdown(about | {"reports": [plain]})
    assert "1,600 tickets without dates" in shown
    assert "No signal was found, so this head does not answer." in shown
    assert "recall of" not in shown
    assert "large enough to be judged by itself" in shown
