"""Public holidays of countries and their parts, from the library ``holidays``; loaded when a policy asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ticket_triage.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date


def public_holidays(country: str, subdivision: str | None = None) -> Callable[[int], Mapping[date, str]]:
    """Return what gives the names of a year's public holidays by date; ``fault`` has found nothing wrong before.

    Examples
    --------
    >>> from datetime import date
    >>> public_holidays("DE", "BY")(2026)[date(2026, 1, 6)]
    'Epiphany'
    """
    return partial(_year, country, subdivision)


def _year(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    from holidays import country_holidays

    return dict(country_holidays(country, subdivision, years=year, expand=False, language="en_US"))


def fault(country: str, subdivision: str | None = None) -> str | None:
    """Say what is wrong with the code of a country or its part, None when both are known.

    Examples
    --------
    >>> fault("NZ", "AUX")
    "has subdivision 'AUX', which NZ does not have; did you mean 'AUK'?"
    >>> fault("Germany")
    "has country 'Germany', whose holidays are not known; did you mean 'DE'?"
    """
    from holidays import list_supported_countries

    countries = list_supported_countries()
    if country not in countries:
        return f"has country {country!r}, whose holidays are not known; {_nearest(country, countries)}"
    parts = countries[country]
    if subdivision is not None and subdivision not in parts:
        hint = nearest(subdivision, parts) if parts else "it has none, so leave it out"
        return f"has subdivision {subdivision!r}, which {country} does not have; {hint}"
    return None


def _nearest(country: str, codes: Mapping[str, object]) -> str:
    """Name the code that was probably meant; a list of two hundred would not help."""
    from holidays.registry import COUNTRIES

    if country.strip().upper() in codes:
        return f"did you mean {country.strip().upper()!r}?"
    by_name = {module: names[1] for module, names in COUNTRIES.items()}
    code = by_name.get(country.strip().casefold().replace(" ", "_"))
    return f"did you mean {code!r}?" if code else "write a code of two letters, such as 'DE', 'FR' or 'US'"
