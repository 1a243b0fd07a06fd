"""On which line of a TOML file each entry stands; the standard library's reader does not say."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field

_STRING = "|".join(
    (
        r'"""(?:\\.|[^\\])*?"{3,5}',
        r"'''.*?'{3,5}",
        r'"(?:\\.|[^"\\\n])*"',
        r"'[^'\n]*'",
    )
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(rf"[ \t]*({_STRING}|[A-Za-z0-9_-]+)[ \t]*", re.DOTALL)
_VALUE = re.compile(rf"{_STRING}|[^,\]}}\n#\s]+(?:[ ][0-9][^,\]}}\n#\s]*)?", re.DOTALL)
"""A text, or anything else that is one value; a moment may hold a space."""


@dataclass(frozen=True, slots=True)
class Lines:
    r"""The line of every entry, by its dotted name; items of a list count from 1.

    Examples
    --------
    >>> lines = lines_of('[cutoffs]\nP1 = 70 # high\n[plans]\nbasic = { stake = 0.1 }\n')
    >>> lines.of("cutoffs.P1"), lines.of("plans.basic.stake"), lines.of("plans.gold.stake")
    (2, 4, 3)
    >>> "plans.gold" in lines
    False
    """

    numbers: dict[str, int]

    def __contains__(self, entry: str) -> bool:
        return entry in self.numbers

    def of(self, entry: str) -> int | None:
        """Return the line of an entry, or of the closest table around it; None when the file has neither."""
        while entry not in self.numbers:
            entry, dot, _ = entry.rpartition(".")
            if not dot:
                return None
        return self.numbers[entry]


@dataclass(slots=True)
class _Reader:
    """A walk through a text that is known to be TOML."""

    text: str
    at: int = 0
    ends: list[int] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)

    def read(self) -> None:
        self.ends = [place for place, sign in enumerate(self.text) if sign == "\n"]
        prefix = ""
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                prefix = self.header()
            else:
                self.entry(prefix)
            self.skip()

    def skip(self) -> None:
        """Pass over blanks, line ends and comments."""
        if found := _BLANK.match(self.text, self.at):
            self.at = found.end()

    def header(self) -> str:
        """Note a table's head; one of several under the same name counts from 1."""
        listed = self.text.startswith("[[", self.at)
        line = self.line()
        self.at += 1 + listed
        name = self.key("", line)
        self.at += 1 + listed
        if listed:
            self.tables[name] = self.tables.get(name, 0) + 1
            name = f"{name}.{self.tables[name]}"
            self.numbers[name] = line
        return name

    def entry(self, prefix: str) -> None:
        name = self.key(prefix, self.line())
        self.at += 1
        self.value(name)

    def key(self, prefix: str, line: int) -> str:
        """Note a dotted key and return its whole name; the walk stands behind it."""
        name = prefix
        while found := _KEY.match(self.text, self.at):
            self.at = found.end()
            name = f"{name}.{_plain(found[1])}" if name else _plain(found[1])
            self.numbers.setdefault(name, line)
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return name

    def value(self, name: str) -> None:
        self.skip()
        opened = self.text[self.at]
        if opened not in "[{":
            if found := _VALUE.match(self.text, self.at):
                self.at = found.end()
            return
        self.at += 1
        self.skip()
        item = 0
        while self.text[self.at] not in "]}":
            item += 1
            if opened == "{":
                self.entry(name)
            else:
                self.numbers.setdefault(f"{name}.{item}", self.line())
                self.value(f"{name}.{item}")
            self.skip()
            if self.text[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1

    def line(self) -> int:
        return bisect_left(self.ends, self.at) + 1


def lines_of(text: str) -> Lines:
    """Return the line of every entry of a text that is sound TOML."""
    reader = _Reader(text)
    reader.read()
    return Lines(reader.numbers)


def _plain(key: str) -> str:
    """Return a key as it is meant, without quotes."""
    return str(next(iter(tomllib.loads(f"{key} = 0"))))
