"""Personal data out of a text, before anybody predicts on it, stores it or learns from it.

Mail addresses, phone and card numbers, account numbers, keys and passwords become placeholders that are always the
same: ``[mail]``, ``[phone]``, ``[card]``, ``[iban]``, ``[token]``, ``[password]``. A number that carries a check sum is
believed only when the sum is right, and a phone number only when it is written as one, so that error codes, versions,
amounts, dates, addresses of machines and ticket ids stay. Each search stands behind a count that rules it out for
most tickets, and every repetition in it is bounded, so that time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise

PLACEHOLDERS = ("[mail]", "[phone]", "[card]", "[iban]", "[token]", "[password]")
"""What stands where personal data stood."""

_MOST_PASSES = 4
"""What one pass leaves may be seen by another; two are enough outside of made-up cases."""

_PHONE_DIGITS, _ACCOUNT_DIGITS = 7, 12
_LONG_PIECE = 16

_GAP = "[ \u00a0\u2009\u202f]"
_FOREIGN_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]")
_DIGITS_AS_ASCII = {start + digit: str(digit) for start in (0x0660, 0x06F0, 0x0966, 0xFF10) for digit in range(10)}

_MAIL_HINT = re.compile(r"@(?<=[\w.+%'-]@)[^\W_]")
_MAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,320}+@(?!\dx\.)(?:[\w-]{1,63}+\.){1,9}[^\W\d_]{2,24}(?!\w)")


def redact(text: str) -> str:
    """Return the text with personal data replaced by placeholders.

    Parameters
    ----------
    text : str
        As a person wrote it.

    Returns
    -------
    str
        The same text when nothing was found; redacting it again changes nothing.

    Examples
    --------
    >>> redact("Call +49 151 2345 6789 or write to jo.doe@example.org, card 4111 1111 1111 1111")
    'Call [phone] or write to [mail], card [card]'
    >>> redact("Error 0x80070005 on 10.0.0.12 since 2026-03-02, build 10.0.19045.3803, order 4500-123456")
    'Error 0x80070005 on 10.0.0.12 since 2026-03-02, build 10.0.19045.3803, order 4500-123456'
    """
    for _ in range(_MOST_PASSES):
        before, text = text, _pass(text)
        if text == before:
            break
    return text


def _pass(text: str) -> str:
    if not text.isascii() and _FOREIGN_DIGITS.search(text):
        text = _with_plain_digits(text)
    data = text.encode("utf-8", "surrogatepass")
    digits = len(data) - len(data.translate(None, b"0123456789"))
    if (digits or ":" in text or "=" in text) and _hinted(text.lower(), _SECRET_HINTS):
        text = _SECRET.sub(_secret, text)
    if "@" in text and _MAIL_HINT.search(text):
        text = _MAIL.sub("[mail]", text)
    if digits and len(max(text.split(), key=len, default="")) >= _LONG_PIECE:
        text = _RUN.sub(_token, _JWT.sub("[token]", text))
    if digits >= _ACCOUNT_DIGITS:
        text = _DIGIT_RUN.sub(_cards, _ibans(text))
    if digits >= _PHONE_DIGITS:
        text = _without_phones(text)
    return text


def _hinted(lowered: str, hints: tuple[str, ...]) -> bool:
    for hint in hints:  # noqa: SIM110 - a generator takes longer than what it asks
        if hint in lowered:
            return True
    return False


def _with_plain_digits(text: str) -> str:
    """Return the text with other scripts' digits as ASCII ones where they hold something, else as it is."""
    plain = text.translate(_DIGITS_AS_ASCII)
    return text if _pass(plain) == plain else plain


# Passwords and keys that are called so.

_SECRET_HINTS = ("pass", "pwd", "kennwort", "contrase", "pin", "key", "secret", "token", "bearer")
_SECRET = re.compile(
    r"\b(?P<name>pass(?:wor[dt]|phrase|code|wd)s?|pwd|kennwort|mot de passe|contrase[ñn]a|pin"
    r"|(?P<key>(?:api|access|secret|private)[ _-]?key|client[ _-]?secret|secret|token))"
    r"(?P<link>[\"']?[^\S\n]{0,3}(?:(?P<mark>[:=])|\b(?:is|was|ist|lautet|est|es)\b[^\S\n]{0,3}:?)[^\S\n]{0,3}[\"']?)"
    r"(?P<value>[^\s\"']{1,512})"
    r"|(?P<bearer>\bbearer[^\S\n]{1,3})(?=[a-z~+/=_.-]{0,4096}[0-9])[\w.~+/=-]{8,4096}+",
    re.IGNORECASE,
)
_SYMBOLS = frozenset("0123456789!#$%&*+=@^~§€£\\|<>?")


def _secret(match: re.Match[str]) -> str:
    if match["bearer"]:
        return match["bearer"] + "[token]"
    value, is_key = match["value"], match["key"] is not None
    coded = len(value) >= 4 and any(char in _SYMBOLS for char in value.rstrip(".,;:!?)"))
    if not coded and (is_key or match["mark"] is None):
        return match.group()
    if value.startswith("["):
        return match.group()
    return match["name"] + match["link"] + ("[token]" if is_key else "[password]")


# Keys that are seen to be keys.

_JWT = re.compile(r"\beyJ[\w-]{8,4096}+\.[\w-]{4,8192}+(?:\.[\w-]{0,4096}+)?")
_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9_+/=-]{15,}+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]{0,31}[A-Fa-f])(?=[A-Fa-f]{0,31}[0-9])[0-9A-Fa-f]{32,}+(?![0-9A-Za-z])")
_PREFIXED = re.compile(
    r"(?:[spr]k[-_](?:live|test|proj)[-_]|gh[opusr]_|github_pat_|xox[abprs]-|AKIA|AIza|glpat-|SG\.)[\w-]{16,}"
)
_NAME_PART = re.compile("[A-Z][a-z]{3,}")
_NAMED_SHARE = 0.3
_KEY_CHARS = 20
_SWITCHES_PER_CHAR = 0.25


def _token(match: re.Match[str]) -> str:
    """Replace what is a key by its prefix, by being long hexadecimal, or by its mixture of letters and digits."""
    run = match.group()
    if _PREFIXED.match(run) or _HEX.search(run):
        return "[token]"
    rest = _UUID.sub("", run)
    return "[token]" if len(rest) >= _KEY_CHARS and _looks_random(rest) else run


def _looks_random(run: str) -> bool:
    """Say whether letters, capitals and digits alternate as no word, number or name in a program does."""
    if sum(map(len, _NAME_PART.findall(run))) >= _NAMED_SHARE * len(run):
        return False
    kinds = [0 if char.isdigit() else 1 if char.islower() else 2 if char.isupper() else 3 for char in run]
    pairs = list(pairwise(kinds))
    switches = sum(one != other and 3 not in (one, other) for one, other in pairs)
    digit_groups = sum(one != 0 and other == 0 for one, other in pairs) + (kinds[0] == 0)
    return digit_groups >= (2 if run != run.lower() else 3) and switches >= _SWITCHES_PER_CHAR * len(run)


# Numbers with a check sum.

_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ \u00a0\u202f-]?[A-Za-z0-9])")
_COUNTRIES = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 "
    "FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
    "LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 "
    "SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
)
"""Countries and how long their account numbers are (SWIFT, IBAN registry)."""
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _COUNTRIES.split()}

_DIGIT_RUN = re.compile(
    rf"(?<![0-9])(?<![0-9][.,])[0-9](?:(?:{_GAP[:-1]}-]|(?<=[0-9]{{4}})\.(?=[0-9]{{4}}(?![0-9])))?[0-9]){{12,}}+"
)
"""A decimal number is none; full stops may stand between groups of four alone."""
_GROUP = re.compile("[0-9]+")
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}"
    r"|(?:6\d|5[06-9])\d{11,17}"
)
"""Visa; Mastercard; American Express; Diners Club; JCB; Discover, UnionPay and Maestro (ISO/IEC 7812)."""
_LEAST_CARD_DIGITS, _MOST_CARD_DIGITS = 13, 19


def _ibans(text: str) -> str:
    parts, done = [], 0
    for match in _IBAN_START.finditer(text):
        end = _iban_end(text, match.start())
        if match.start() >= done and end is not None:
            parts += [text[done : match.start()], "[iban]"]
            done = end
    return "".join([*parts, text[done:]]) if parts else text


def _iban_end(text: str, start: int) -> int | None:
    """Return where the account number that starts here ends, None when there is none (ISO 13616, mod 97)."""
    length = _IBAN_LENGTHS.get(text[start : start + 2].upper())
    if length is None:
        return None
    found, place, gap = "", start, False
    while place < len(text) and len(found) < length:
        char = text[place]
        if char.isascii() and char.isalnum():
            found, gap = found + char, False
        elif gap or char not in " \u00a0\u202f-":
            return None
        else:
            gap = True
        place += 1
    if len(found) < length or (place < len(text) and text[place].isascii() and text[place].isalnum()):
        return None
    turned = found[4:] + found[:4]
    return place if int("".join(str(int(char, 36)) for char in turned)) % 97 == 1 else None


def _cards(match: re.Match[str]) -> str:
    """Replace every whole group, or row of groups, that is a card's number."""
    run = match.group()
    groups = list(_GROUP.finditer(run))
    sizes = [0, *accumulate(len(group.group()) for group in groups)]
    digits = "".join(group.group() for group in groups)
    parts, done, first = [], 0, 0
    while first < len(groups):
        last = _card_end(digits, sizes, first)
        if last is not None:
            parts += [run[done : groups[first].start()], "[card]"]
            done = groups[last].end()
        first = first + 1 if last is None else last + 1
    return "".join([*parts, run[done:]])


def _card_end(digits: str, sizes: list[int], first: int) -> int | None:
    """Return the last group of the longest card that begins with the group ``first``."""
    begin = sizes[first]
    least, most = bisect_left(sizes, begin + _LEAST_CARD_DIGITS), bisect_right(sizes, begin + _MOST_CARD_DIGITS)
    for last in range(most - 1, least - 1, -1):
        number = digits[begin : sizes[last]]
        if _CARD.fullmatch(number) and _luhn(number):
            return last - 1
    return None


def _luhn(number: str) -> bool:
    """Say whether a number's check digit is right (ISO/IEC 7812-1, annex B)."""
    doubled = (divmod(2 * int(digit), 10) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(map(sum, doubled))) % 10 == 0


# Phone numbers.

_BETWEEN = "[ \u00a0\u202f/()-]"
_PHONE = re.compile(
    r"[+0-9(](?<![\w.,+/-].)(?:"
    rf"(?<=\+)[1-9](?:(?:{_BETWEEN}|\.){{0,3}}[0-9]){{7,14}}"
    rf"|(?<=0)0[1-9](?:{_BETWEEN}{{0,3}}[0-9]){{7,14}}"
    rf"|(?<=0)(?P<pairs>[1-9](?:[ \u00a0\u202f.-][0-9]{{2}}){{4}})"
    rf"|(?<=0)[1-9](?:{_BETWEEN}{{0,3}}[0-9]){{7,10}}"
    rf"|(?<=\()0[1-9][0-9]{{0,4}}\)(?:{_BETWEEN}{{0,3}}[0-9]){{4,9}}"
    r"|(?:(?<=\()[2-9][0-9]{2}\)[ ]?|(?<=1)[ .-](?:\([2-9][0-9]{2}\)[ ]?|[2-9][0-9]{2}[ .-])|(?<=[2-9])[0-9]{2}[ .-])"
    r"[0-9]{3}[ .-][0-9]{4}"
    r")(?![\w]|[.,][0-9])"
)
"""With a country's code; in pairs as in France; with a trunk zero as in Germany or Britain; as in North America."""
_NAMED_PHONE = re.compile(
    r"(?P<name>\b(?:tel|fon|phone|telefon|telephone|mobile?|handy|cell|fax|whatsapp|rufnummer|t[ée]l[ée]phone|tél"
    r"|tel[ée]fono|m[óo]vil|(?:call|reach) me (?:at|on|under))(?:nummer| number| no| is| ist)?"
    rf"[^\w\n+(]{{1,4}})(?P<number>[+(]?[0-9](?:{_BETWEEN}{{0,2}}[0-9]){{5,14}})(?![\w]|[.,:][0-9])",
    re.IGNORECASE,
)
_PHONE_HINTS = ("tel", "fon", "phone", "mobil", "handy", "cell", "fax", "whatsapp", "rufnummer", "tél", "vil", " me ")
_DATE = re.compile(
    r"(?<![0-9])(?:[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[-/][0-9]{1,2})(?![0-9])"
)
_PADDED_DIGITS, _PLAIN_DIGITS = 12, 10


def _without_phones(text: str) -> str:
    if _hinted(text.lower(), _PHONE_HINTS):
        text = _NAMED_PHONE.sub(_named_phone, text)
    return _PHONE.sub(_phone, text)


def _named_phone(match: re.Match[str]) -> str:
    return match.group() if _DATE.search(match["number"]) else match["name"] + "[phone]"


def _phone(match: re.Match[str]) -> str:
    number = match.group()
    if match["pairs"] or number.startswith("+"):
        return "[phone]"
    if _DATE.search(number):
        return number
    least = _PADDED_DIGITS if number.startswith("00") else _PLAIN_DIGITS
    return number if number.isdigit() and len(number) < least else "[phone]"
