"""Every report has one look: Markdown, and a page that loads nothing."""

import pytest

from ticket_triage.reports.drawing import TEXT, as_svg, new_figure, title
from ticket_triage.reports.page import Drawing, Items, Quote, Section, Table, as_html, as_markdown


@pytest.fixture
def picture():
    figure, (axes,) = new_figure(4, 2)
    axes.plot([1, 2, 3], color=TEXT)
    title(axes, "It rises")
    return as_svg(figure)


def test_a_picture_stands_in_the_page_and_takes_the_pages_colour(picture):
    page = as_html("Report", [Section("One", [Drawing(picture, "a line that <rises>")])])
    assert "<svg" in page
    assert 'aria-label="a line that &lt;rises&gt;"' in page
    assert "currentColor" in picture
    assert TEXT not in picture
    assert "<image" not in page


def test_the_same_figure_gives_the_same_text():
    def drawn():
        figure, (axes,) = new_figure(4, 2)
        axes.plot([1, 2, 3])
        return as_svg(figure)

    assert drawn() == drawn()


def test_lists_can_be_ticked_in_both_forms():
    section = Section("Do", [Items(["first", "<b>"], ticks=True, done=frozenset({1}))])
    assert "- [ ] first\n- [x] \\<b\\>" in as_markdown("Plan", [section])
    assert '<input type="checkbox"> first' in as_html("Plan", [section])
    assert '<input type="checkbox" checked> &lt;b&gt;' in as_html("Plan", [section])


def test_words_to_quote_keep_their_lines_and_run_nothing():
    section = Section("Say", [Quote("Dear <script>,\nthanks")])
    assert "<blockquote>Dear &lt;script&gt;,\nthanks</blockquote>" in as_html("Mail", [section])
    assert "> Dear \\<script\\>,\n> thanks" in as_markdown("Mail", [section])


def test_a_page_follows_the_readers_screen_and_prints():
    page = as_html("Report", [])
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert "http" not in page


def test_a_tickets_id_is_not_broken_and_a_text_may_be():
    page = as_html("Plan", [Section("Queue", [Table(["ticket", "why"], [["T-500017", "a long-winded reason"]])])])
    assert '<td class="id">T-500017</td><td>a long-winded reason</td>' in page
    assert "td.id{white-space:nowrap}" in page
