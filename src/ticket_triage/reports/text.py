"""Plain text for a person's terminal: nothing that moves the cursor, and lines that fold where words end."""

from __future__ import annotations

import textwrap


def printable(text: str) -> str:
    r"""Return a text whose every character shows; what would steer a terminal or turn a line around becomes a space.

    Examples
    --------
    >>> printable("Invoice\x1b[2J \u202egnp.exe")
    'Invoice [2J  gnp.exe'
    """
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def folded(text: str, width: int, indent: int = 0) -> str:
    """Fold one line into several of at most ``width`` characters; those after the first are indented.

    A word longer than a line, such as a path, stays whole.

    Examples
    --------
    >>> print(folded("warning: only few of the rows carry a signal", 24, 2))
    warning: only few of the
      rows carry a signal
    """
    lines = textwrap.wrap(
        text,
        width,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return "\n".join(lines)
