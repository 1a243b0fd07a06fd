"""From a TOML file to a policy: read, checked whole, hashed and made ready."""

from __future__ import annotations

import json
import tomllib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ticket_triage.domain.decision import PolicyReference
from ticket_triage.errors import PolicyInvalidError, PolicyUnreadableError
from ticket_triage.policy.compiled import Policy, compiled
from ticket_triage.policy.extending import extended
from ticket_triage.policy.faults import PolicyFault, checked, placed
from ticket_triage.policy.messages import with_shipped_words
from ticket_triage.policy.schema import PolicyFile

SHIPPED = "the shipped default policy"


def load_policy(path: str | Path | None = None) -> Policy:
    """Read a policy file, check it whole and make it ready to decide.

    Parameters
    ----------
    path : str or Path or None
        A TOML file; None means the shipped default, which works untouched. With ``extends = "default"`` it says only
        what differs from that.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyUnreadableError
        When the file is missing, no UTF-8 or no TOML.
    PolicyInvalidError
        When an entry is unknown, missing, out of range or contradicts another; the message names the dotted entry, its
        line and the nearest known name.

    Examples
    --------
    >>> load_policy().reference.name
    'default'
    """
    name = SHIPPED if path is None else str(path)
    file, faults = _read(path, name)
    if file is None:
        raise PolicyInvalidError(faults[0].sentence(name))
    return _made(file)


def policy_faults(path: str | Path) -> tuple[str, ...]:
    """Return all that is wrong with a policy file, a sentence each; none when it can be used.

    Contradictions between tables are looked for once every single entry is sound.

    Raises
    ------
    PolicyUnreadableError
        When the file is missing, no UTF-8 or no TOML.
    """
    _, faults = _read(path, str(path))
    return tuple(fault.sentence(str(path)) for fault in faults)


def policy_text(path: str | Path | None = None) -> str:
    """Return a policy file as it is written; None means the shipped default.

    Raises
    ------
    PolicyUnreadableError
        When the file is missing or no UTF-8.
    """
    return _shipped() if path is None else _text(path, str(path))


def parse_policy(text: str, name: str) -> Policy:
    """Make a policy of the text of a file; ``name`` is what messages call it.

    Raises
    ------
    PolicyUnreadableError, PolicyInvalidError
        As for :func:`load_policy`.
    """
    file, faults = _checked(text, name)
    if file is None:
        raise PolicyInvalidError(faults[0].sentence(name))
    return _made(file)


def restored_policy(content: str) -> Policy:
    """Make a policy of the content that another was hashed by.

    Raises
    ------
    PolicyInvalidError
        When this version reads policies of another form.

    Examples
    --------
    >>> policy = load_policy()
    >>> restored_policy(policy.content).reference == policy.reference
    True
    """
    try:
        return _made(PolicyFile.model_validate_json(content))
    except ValidationError as error:
        raise PolicyInvalidError(
            f"A kept policy is of a form that this version does not read: {error.error_count()} of its entries."
        ) from error


def _made(file: PolicyFile) -> Policy:
    content = json.dumps(
        file.model_dump(mode="json", exclude_unset=True), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    digest = sha256(content.encode()).hexdigest()
    return compiled(file, PolicyReference(file.name, file.version, digest), content)


def _read(path: str | Path | None, name: str) -> tuple[PolicyFile | None, list[PolicyFault]]:
    return _checked(policy_text(path), name)


def _checked(text: str, name: str) -> tuple[PolicyFile | None, list[PolicyFault]]:
    written = _parsed(text, name)
    extends = "extends" in written
    content, fault = extended(written, lambda: _parsed(_shipped(), SHIPPED))
    file, faults = checked(with_shipped_words(content)) if fault is None else (None, [fault])
    return file, placed(faults, text, extends=extends) if faults else []


def _shipped() -> str:
    return files(__package__).joinpath("default.toml").read_text("utf-8")


def _text(path: str | Path, name: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyUnreadableError(
            f"Policy {name} is no UTF-8 text (byte {error.start}); save it as UTF-8."
        ) from error
    except OSError as error:
        why = error.strerror or "it is no file"
        raise PolicyUnreadableError(f"Policy {name} cannot be read: {why}; name a TOML file.") from error


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyUnreadableError(f"Policy {name} is no TOML: {error}; correct the file there.") from error
    except RecursionError:
        raise PolicyUnreadableError(f"Policy {name} has lists within lists beyond any use; write it flatter.") from None
