"""An encoder's own tokenizer, from the one file that describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ticket_triage.errors import EncoderError, MissingExtraError

_CHARACTERS_PER_TOKEN = 16
"""A text is cut here first: tokenizers read all of a text before they drop its end."""


class TextTokens:
    """Texts to token numbers.

    Parameters
    ----------
    content : bytes
        The encoder's ``tokenizer.json``.
    most_tokens : int
        A text is read up to here.

    Raises
    ------
    MissingExtraError
        When the package ``tokenizers`` is not installed.
    EncoderError
        When the content describes no tokenizer.

    Attributes
    ----------
    n_tokens : int
        Tokens are numbered below this.
    """

    def __init__(self, content: bytes, most_tokens: int) -> None:
        self.content, self.most_tokens = content, most_tokens
        self._tokenizer = _read(content)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(most_tokens)
        self._characters = most_tokens * _CHARACTERS_PER_TOKEN
        self.n_tokens: int = 1 + max(self._tokenizer.get_vocab(with_added_tokens=True).values())

    def numbers(self, texts: Sequence[str], *, marked: bool) -> list[list[int]]:
        """Return each text's tokens.

        Parameters
        ----------
        texts : sequence of str
        marked : bool
            Whether the encoder's own marks of beginning and end are put around them.
        """
        cut = [text[: self._characters] for text in texts]
        if len(cut) == 1:  # without the hand-over to other threads
            return [self._tokenizer.encode(cut[0], add_special_tokens=marked).ids]
        return [read.ids for read in self._tokenizer.encode_batch_fast(cut, add_special_tokens=marked)]

    def around(self) -> tuple[list[int], list[int]]:
        """Return the marks that stand before and after a text's own tokens."""
        read = self._tokenizer.encode("a", add_special_tokens=True)
        own = [place for place, mark in enumerate(read.special_tokens_mask) if not mark]
        if not own:
            return read.ids, []
        return read.ids[: own[0]], read.ids[own[-1] + 1 :]


def _read(content: bytes) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingExtraError("tokenizers", "An encoder", "semantic") from None
    try:
        return Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # noqa: BLE001 - the library raises Exception itself and nothing narrower
        raise EncoderError(f"The encoder's tokenizer.json describes no tokenizer ({error}); save it anew.") from None
