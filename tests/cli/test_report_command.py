"""``triage report`` tells a desk about itself, from the sample as it is."""

import csv
from pathlib import Path

from ticket_triage.intake.sample import sample_history

HISTORY = Path(__file__).parents[2] / "data" / "sample_history.csv.gz"


def test_the_five_figures_are_written_in_three_forms(program, tmp_path):
    done = program("report", "numbers", HISTORY, "--out", "out", "--json", "n.json")
    assert done.returncode == 0, done.stderr
    assert "out/numbers.html" in done.stdout
    page = (tmp_path / "out" / "numbers.html").read_text()
    assert page.count("<svg") == 4
    assert "src=" not in page
    assert "Most tickets come on Tuesdays at 13 h" in (tmp_path / "out" / "numbers.md").read_text()
    rows = list(csv.reader((tmp_path / "out" / "numbers_tickets_by_hour.csv").read_text().splitlines()))
    assert len(rows) == 25
    assert rows[0][1] == "Monday"


def test_no_cell_of_a_table_is_a_formula(program, tmp_path):
    frame = sample_history(300)
    frame["agent"] = '=HYPERLINK("x")'
    frame.to_csv(tmp_path / "h.csv", index=False)
    done = program("report", "numbers", "h.csv", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "'=HYPERLINK" in (tmp_path / "out" / "numbers_conversion.csv").read_text()


def test_a_history_without_conversions_says_so(program, tmp_path):
    sample_history(300).drop(columns="converted").to_csv(tmp_path / "h.csv", index=False)
    done = program("report", "numbers", "h.csv", "--out", "out")
    assert "Conversion by agent cannot be told: the history has no converted." in done.stdout
    assert "the history has no converted" in (tmp_path / "out" / "numbers.html").read_text()
