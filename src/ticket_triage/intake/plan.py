"""Which export columns become which product columns, decided before any value is read.

Names match with spaces trimmed and case aside. What a mapping names goes where it says; of the rest, a column with a
product name is taken as that, and every other one stays as ``custom.<its name>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.labels import Head
from ticket_triage.domain.ticket import CUSTOM_PREFIX, FACT_COLUMNS, INTAKE_COLUMNS, LATER_COLUMNS
from ticket_triage.errors import MappingError, nearest
from ticket_triage.intake.schema import LIST_COLUMNS, TEXT_COLUMNS, label_columns, product_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticket_triage.intake.mapping import ColumnMapping


class Names:
    """The names of an export's columns, found whatever their case.

    Examples
    --------
    >>> Names(["Ticket_ID"]).resolve(" ticket_id ", "[columns] ticket_id")
    'Ticket_ID'
    >>> Names(["Ticket_ID"]).resolve("tiket_id", "[columns] ticket_id")
    Traceback (most recent call last):
    ticket_triage.errors.MappingError: [columns] ticket_id names column 'tiket_id', which the file does not have; \
did you mean 'ticket_id'?
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name.strip().casefold(): name for name in names}

    def find(self, name: str) -> str | None:
        """Return the export's own spelling of a name, None when it has no such column."""
        return self._names.get(name.strip().casefold())

    def resolve(self, name: str, where: str) -> str:
        """Return the export's own spelling of a name, or refuse it, saying where the mapping names it."""
        found = self.find(name)
        if found is None:
            hint = nearest(name.strip().casefold(), self._names)
            raise MappingError(f"{where} names column {name!r}, which the file does not have; {hint}")
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """Where every column of the table comes from.

    Parameters
    ----------
    sources : dict of str to tuple of str
        Product or custom column to the export columns it is made of, in the table's order.
    facts : tuple of str
        Columns a model may learn from, beside the text.
    later : tuple of str
        Columns known only later.
    """

    sources: dict[str, tuple[str, ...]]
    facts: tuple[str, ...]
    later: tuple[str, ...]


def declared_heads(rules: ColumnMapping, heads: Sequence[Head]) -> tuple[Head, ...]:
    """Return the heads with those a mapping adds, or whose levels it changes.

    Raises
    ------
    MappingError
        A head is called like a column known at intake, or repeats a level.

    Examples
    --------
    >>> from ticket_triage.intake.mapping import load_mapping
    >>> declared_heads(load_mapping({"heads": {"impact": {"levels": ["low", "high"]}}}), [])
    (Head(name='impact', levels=('low', 'high')),)
    """
    found = {head.name: head for head in heads}
    for name, rule in rules.heads.items():
        if name in INTAKE_COLUMNS or name.startswith(CUSTOM_PREFIX):
            raise MappingError(f"[heads.{name}] is called like a column known at intake; give the head another name.")
        levels = rule.levels
        if levels is not None and len({level.casefold() for level in levels}) != len(levels):
            raise MappingError(f"[heads.{name}] levels repeat one another: {', '.join(levels)}.")
        found[name] = Head(name, levels)
    return tuple(found.values())


def plan_columns(export: Sequence[str], rules: ColumnMapping, heads: Sequence[Head], *, labelled: bool = True) -> Plan:
    """Decide which export columns become which product columns.

    Parameters
    ----------
    export : sequence of str
    rules : ColumnMapping
    heads : sequence of Head
        All heads, declared ones included.
    labelled : bool
        False leaves labels out, and lets columns be absent that the mapping names for them or for what is known later.

    Raises
    ------
    MappingError
        The mapping names a column that the export or the product does not have, or claims one twice.

    Examples
    --------
    >>> from ticket_triage.intake.mapping import load_mapping
    >>> rules = load_mapping({"columns": {"body": "Text"}, "intake": {"columns": ["site"]}})
    >>> plan = plan_columns(["Text", "Site", "Urgency "], rules, [Head("urgency")])
    >>> plan.sources
    {'body': ('Text',), 'urgency': ('Urgency ',), 'custom.Site': ('Site',)}
    >>> plan.facts
    ('custom.Site',)
    """
    product = product_columns(heads)
    labels = {column for head in heads for column in label_columns(head.name)}
    optional = frozenset() if labelled else frozenset({*labels, *LATER_COLUMNS})
    sources = _mapped(Names(export), rules, product, optional)
    sources = _with_unmapped(export, sources, product)
    left_out = set() if labelled else labels
    ordered = {name: sources[name] for name in (*product, *sources) if name in sources and name not in left_out}
    _check_codes(rules, heads, {*ordered, *optional})
    custom = [column for column in ordered if column.startswith(CUSTOM_PREFIX)]
    intake = _declared(rules.intake.columns, "intake", custom, ordered)
    own_later = rules.later.columns if labelled else _present(rules.later.columns, custom)
    later = _declared(own_later, "later", custom, ordered)
    if both := sorted(set(intake) & set(later)):
        raise MappingError(f"{both[0]} stands in [intake] and in [later]; keep one of them.")
    facts = (*(column for column in FACT_COLUMNS if column in ordered), *intake)
    known_later = (column for column in LATER_COLUMNS if column in ordered and column not in labels)
    return Plan(ordered, facts, (*known_later, *later))


def _mapped(
    names: Names, rules: ColumnMapping, product: Sequence[str], optional: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """Resolve what the mapping names; a column in ``optional`` may be absent."""
    wanted: dict[str, tuple[str, tuple[str, ...]]] = {}
    for column, given in rules.columns.items():
        where, parts = f"[columns] {column}", (given,) if isinstance(given, str) else given
        if column not in product and not column.startswith(CUSTOM_PREFIX):
            hint = nearest(column, product)
            raise MappingError(f"{where} is no column of a ticket, nor does it begin with 'custom.'; {hint}")
        if not parts or (len(parts) > 1 and column not in TEXT_COLUMNS):
            raise MappingError(f"{where} must name one export column; only subject and body can join several.")
        wanted[column] = (where, parts)
    for head, rule in rules.heads.items():
        if rule.column is not None and head in wanted:
            raise MappingError(f"[columns] {head} and [heads.{head}] column both say where it comes from.")
        if rule.column is not None:
            wanted[head] = (f"[heads.{head}] column", (rule.column,))
    return {
        column: tuple(names.resolve(part, where) for part in parts)
        for column, (where, parts) in wanted.items()
        if column not in optional or names.find(parts[0]) is not None
    }


def _with_unmapped(
    export: Sequence[str], mapped: dict[str, tuple[str, ...]], product: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Add the export columns that the mapping does not name, under their own name or as ``custom.<name>``."""
    sources = dict(mapped)
    taken = {name for names in mapped.values() for name in names}
    for name in export:
        if name not in taken:
            column = _own_name(name, product)
            sources[column if column not in sources else CUSTOM_PREFIX + name] = (name,)
    return sources


def _own_name(name: str, product: Sequence[str]) -> str:
    folded = name.strip().casefold()
    if folded in product:
        return folded
    return name.strip() if folded.startswith(CUSTOM_PREFIX) else CUSTOM_PREFIX + name.strip()


def _present(names: Iterable[str], custom: Sequence[str]) -> list[str]:
    short = Names(column.removeprefix(CUSTOM_PREFIX) for column in custom)
    return [name for name in names if short.find(name.strip().removeprefix(CUSTOM_PREFIX)) is not None]


def _declared(names: Iterable[str], key: str, custom: Sequence[str], columns: Iterable[str]) -> tuple[str, ...]:
    """Resolve the own columns that ``[intake]`` or ``[later]`` lists."""
    short = {column.removeprefix(CUSTOM_PREFIX).casefold(): column for column in custom}
    found = []
    for name in names:
        folded = name.strip().casefold().removeprefix(CUSTOM_PREFIX)
        if folded in columns and folded not in short:
            raise MappingError(
                f"[{key}] names {name!r}, but when a ticket's own columns are known is fixed; leave it out."
            )
        if folded not in short:
            hint = nearest(folded, short)
            raise MappingError(f"[{key}] names {name!r}, which is no column of your own in this file; {hint}")
        found.append(short[folded])
    return tuple(dict.fromkeys(found))


def _check_codes(rules: ColumnMapping, heads: Sequence[Head], columns: Iterable[str]) -> None:
    """Refuse codes for what has no levels, levels a head does not have, and codes for columns that are not there."""
    levels = {head.name: head.levels for head in heads if head.levels is not None}
    for name, codes in rules.levels.items():
        if name not in levels:
            raise MappingError(f"[levels.{name}] is for no head with levels; {nearest(name, levels)}")
        allowed = {level.casefold() for level in levels[name]}
        for code, level in codes.items():
            if level and level.casefold() not in allowed:
                hint = f'its levels are {", ".join(levels[name])}, and "" means not labelled.'
                raise MappingError(f"[levels.{name}] gives {code!r} the level {level!r}; {hint}")
    for key, named in (("values", rules.values), ("lists", rules.lists), ("times.formats", rules.times.formats)):
        for name in named:
            if name not in columns:
                raise MappingError(f"[{key}] names {name!r}, which this table does not have; {nearest(name, columns)}")
    for name in rules.lists:
        if name not in LIST_COLUMNS:
            raise MappingError(f"[lists] names {name!r}, which holds no list; known are: {', '.join(LIST_COLUMNS)}.")
