import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.api.tickets import read_ticket
from ticket_triage.domain.redaction import redact
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import ticket_from, tickets_from

PERSONAL = {
    "write to Jo.Doe+x@mail.example.co.uk.": "write to [mail].",
    "Tel.: 612 345 678": "Tel.: [phone]",
    "ruf mich an: 0151/23456789": "ruf mich an: [phone]",
    "appelez le 06 12 34 56 78": "appelez le [phone]",
    "call (555) 123-4567 or +44 20 7946 0958": "call [phone] or [phone]",
    "office (901-683-0989), 1-800-433-7300, (030) 1234567": "office ([phone]), [phone], [phone]",
    "0049 151 12345678": "[phone]",
    "order 12 4111 1111 1111 1111 34": "order 12 [card] 34",
    "4111.1111.1111.1111": "[card]",
    "amex 378282246310005, diners 3056-930902-5904": "amex [card], diners [card]",
    "Karte \uff14" + "\uff11" * 15: "Karte [card]",
    "DE89 3704 0044 0532 0130 00 bitte": "[iban] bitte",
    "gb82west12345698765432.": "[iban].",
    "Passwort: geheim1! danke": "Passwort: [password] danke",
    "my password is Summer2024": "my password is [password]",
    "api_key=abc123def": "api_key=[token]",
    "Authorization: Bearer abcdef12345678": "Authorization: Bearer [token]",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_12 expired": "[token] expired",
    "commit d41d8cd98f00b204e9800998ecf8427e": "commit [token]",
    "AKIAIOSFODNN7EXAMPLE and ghp_16C7e42F292c6912E7710c838347Ae178B4a": "[token] and [token]",
}
HARMLESS = [
    "error 0x80070005, stop code 0x0000007E (0xFFFFFFFFC0000005)",
    "10.0.19045.3803 on 192.168.10.254:8080, fe80::1ff:fe23:4567:890a, 00:1A:2B:3C:4D:5E",
    "INC0012345-REQ000123, order 4500-123456-78, ticket 2024001234567, part SN-4500123456789",
    "550e8400-e29b-41d4-a716-446655440000",
    "vom 01.02.2024 - 05.02.2024, 2024-01-05 10:33:20.123456, 12/31/2023 08:15, 2023/24",
    "Betrag 1.234.567,89 EUR, montant 1 234 567,89 €, 612 345 678 €, $1,234,567.00, 12'345'678.90",
    "my password is not working, the password is wrong, token: expired, bearer authentication failed",
    "AbstractSingletonProxyFactoryBean2 in IMG_20230101_WA0012_v2.jpg, logo@2x.png, lodash@4.17.21, @VirginAmerica",
    "https://example.com/questions/12345678/how-to-do-this-2",
    "1700000000000 and 4111111111111112",
    "NS_ConvertUCS2toUTF8::Init, fbFetchPixel_a8r8g8b8, ConstructX509FromBase64, RadialGradientEffectD2D1",
    "[40.6413111000000, -73.4111111111111111], 0.4111111111111111",
    "the key to room 12 is missing",
]

FRAGMENTS = st.sampled_from(
    [
        *PERSONAL,
        *PERSONAL.values(),
        "@",
        ".",
        " ",
        "-",
        "+",
        "0",
        "00",
        "4111",
        "1111 ",
        "DE89",
        "password: ",
        "token=",
        "a",
        "é",
        ":",
    ]
)


@pytest.mark.parametrize(("text", "expected"), PERSONAL.items())
def test_personal_data_becomes_a_placeholder(text, expected):
    assert redact(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_no_person_stays(text):
    assert redact(text) == text


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)


@given(st.text())
def test_any_text_at_all_can_be_redacted(text):
    assert redact(redact(text)) == redact(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßéñ .,;!?'\n", max_size=200))
def test_words_alone_are_never_touched(text):
    assert redact(text) == text


def check_digit(number: str) -> str:
    return next(d for d in "0123456789" if luhn(number + d))


def luhn(number: str) -> bool:
    digits = [int(d) for d in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


@given(
    prefix=st.sampled_from([("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("3530", 16), ("36", 14)]),
    rest=st.text("0123456789", min_size=15, max_size=15),
    separator=st.sampled_from(["", " ", "-", "\u00a0"]),
    before=st.sampled_from(["", "card ", "no. 7: ", "12 ", "(", "Karte:"]),
    after=st.sampled_from(["", " expired", ", 12/27", ") 123", ".", " 34"]),
)
def test_no_card_is_ever_left(prefix, rest, separator, before, after):
    start, size = prefix
    number = (start + rest)[: size - 1]
    number += check_digit(number)
    written = separator.join(re.findall(".{1,4}", number))
    redacted = redact(before + written + after)
    assert "[card]" in redacted
    assert written not in redacted


@given(amount=st.integers(0, 10**9), cents=st.integers(0, 99))
def test_amounts_stay_in_every_countrys_way_of_writing(amount, cents):
    english = f"{amount:,}"
    for gap, point in ((".", ","), (" ", ","), ("\u202f", ","), (",", "."), ("'", ".")):
        text = f"invoice over {english.replace(',', gap)}{point}{cents:02d} EUR"
        assert redact(text) == text


def test_no_way_in_lets_personal_data_through():
    read = read_tickets(pd.DataFrame({"subject": ["Call 030 1234567"], "body": ["I am jo@example.org"]})).tickets
    record = {"ticket_id": "T-1", "subject": "Call 030 1234567", "body": "I am jo@example.org"}
    tickets = [Ticket(**record), read_ticket(record), ticket_from(record), *tickets_from(read)]
    assert {(ticket.subject, ticket.body) for ticket in tickets} == {("Call [phone]", "I am [mail]")}
    assert (read.subject[0], read.body[0]) == ("Call [phone]", "I am [mail]")


def test_a_megabyte_made_to_be_slow_is_only_long():
    for piece in ("1 ", "a-", "a@", "+1", "DE89 ", "01 ", "password: ", "tel ", "(0", "eyJ"):
        text = piece * 20_000
        assert redact(redact(text)) == redact(text)
