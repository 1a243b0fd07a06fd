"""What managers and stakeholders say about the desk, read from a TOML file.

::

    [[feedback]]
    by = "head of customer support"
    on = 2026-07-02
    said = "The mornings are calmer; two large customers still wait too long."
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ticket_triage.domain.redaction import redact
from ticket_triage.errors import BadOptionError

LARGEST_BYTES = 1 << 20


class _Opinion(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Annotated[str, Field(min_length=1, max_length=255)]
    said: Annotated[str, Field(min_length=1, max_length=5000)]
    on: date | None = None


class _Opinions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    feedback: tuple[_Opinion, ...]


def read_opinions(path: Path) -> list[dict[str, str]]:
    """Return what people said, in the file's order: ``by``, ``said`` without personal data and, where given, ``on``.

    Raises
    ------
    BadOptionError
        When the file cannot be read or an entry is unknown or missing.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadOptionError(f"Feedback {path} is larger than 1 MiB; keep the words that matter.")
        found = _Opinions.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise BadOptionError(f"Feedback {path} cannot be read: {error.strerror or error}; name a TOML file.") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadOptionError(
            f"Feedback {path}: {place}: {first['msg']}; write tables [[feedback]] with by, said and, if you like, on."
        ) from None
    except ValueError as error:
        raise BadOptionError(f"Feedback {path} is no TOML in UTF-8: {error}; correct the file there.") from None
    return [
        {"by": entry.by, "said": redact(entry.said)} | ({} if entry.on is None else {"on": entry.on.isoformat()})
        for entry in found.feedback
    ]
