"""How each kind of cell is read: one function a `parse` code of the row models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ingestion.values import codes, dates, numbers, obligations, person
from schemas.catalogue import choice_of, code_of, organisation_type_of, unit_factor
from schemas.text import fold, plain

YES = frozenset({"да", "+", "1", "истина", "true", "есть", "yes"})
NO = frozenset({"нет", "-", "0", "ложь", "false", "no"})
UNITS = {
    "штука": "шт.", "штук": "шт.", "шт": "шт.", "шт.": "шт.", "ед": "ед.", "ед.": "ед.",
    "комплект": "комплект", "компл": "комплект", "компл.": "комплект", "комплектов": "комплект",
}  # fmt: skip
CHOICES = (
    "category", "locality", "scope", "document_type", "document_status", "object_state", "counting_unit",
    "money_unit", "plan_or_fact", "certificate_type", "decision_state",
)  # fmt: skip
"""Closed lists of schemas/catalogues/choices.yaml, each read by its own name."""
PROGRAMMES = ("НОО", "ООО", "СОО", "ДОП", "ДО")
NOT_GIVEN = frozenset({"-", "–", "—"})


@dataclass(frozen=True)
class Reading:
    """A value read from a cell; a rule without a value is a problem, with a value a remark."""

    value: Any
    rule: str | None = None


Read = Callable[[str], Reading]


def _or_rule(parse: Callable[[str], Any], rule: str) -> Read:
    def read(text: str) -> Reading:
        value = parse(text)
        return Reading(value) if value is not None else Reading(None, rule)

    return read


def _choice(name: str) -> Read:
    return _or_rule(lambda text: choice_of(name, text), f"{name}_known")


def _subject(text: str) -> Reading:
    """An object or event: its code in the systems catalogue, or as written, which is said."""
    code = code_of("systems", text)
    return Reading(code) if code else Reading(plain(text), "subject_unknown")


def _code(parse: Callable[[str], codes.Code]) -> Read:
    def read(text: str) -> Reading:
        if plain(text) in NOT_GIVEN:
            return Reading(None)
        code = parse(text)
        return Reading(code.value, code.rule)

    return read


def _yes_no(text: str) -> Reading:
    folded = fold(text)
    if folded in YES or folded in NO:
        return Reading(folded in YES)
    return Reading(None, "not_yes_no")


def _text(text: str) -> Reading:
    return Reading(plain(text) or None)


def _identifier(text: str) -> Reading:
    """A number of a document or a clause: text, without the «.0» that spreadsheets add."""
    return Reading(plain(text).removesuffix(".0") or None)


def _decimal(text: str) -> Decimal | None:
    value = numbers.parse_decimal(text)
    return value if value is not None and abs(value) < numbers.LARGEST else None


def _count(text: str) -> int | None:
    value = numbers.parse_count(text)
    return value if value is not None and abs(value) < numbers.LARGEST else None


def _roubles(text: str) -> Decimal | None:
    """«0,056; млн руб.», the sum and its unit, to roubles; a sum that says its own words needs no factor."""
    written, _, unit = text.rpartition("; ")
    factor = unit_factor(choice_of("money_unit", unit) or "")
    value = _decimal(written or text)
    if value is None and factor == 1:
        value = numbers.parse_worded(written or text)
    return value * factor if value is not None and abs(value * factor) < numbers.LARGEST else None


def _organisation_type(text: str) -> str | None:
    found = organisation_type_of(text)
    return found.title if found else None


def _programmes(text: str) -> Reading:
    folded = fold(text).upper()
    found = [name for name in PROGRAMMES if name in folded.replace(";", ",").replace(" ", "").split(",")]
    return Reading(", ".join(found) or plain(text))


def _unit(text: str) -> Reading:
    return Reading(UNITS.get(fold(text), fold(text)))


def _or_nothing(parse: Callable[[str], Any], is_understood: Callable[[str], bool], rule: str) -> Read:
    """A cell that may say something without a value of this column."""

    def read(text: str) -> Reading:
        value = parse(text)
        return Reading(value, None if value is not None or is_understood(text) else rule)

    return read


def _day_or_year(position: int, *, month_first: bool) -> Read:
    """A day, or a month in words by its first (0) or last (1); a year alone is no mistake, it is read as the year."""

    def read(text: str) -> Reading:
        value = _day_of_month(position, month_first=month_first)(text)
        if value is not None or dates.parse_year(text) is not None:
            return Reading(value)
        return Reading(None, "not_a_date")

    return read


def _day_of_month(position: int, *, month_first: bool) -> Callable[[str], Any]:
    """A day, or a month in words taken by its first (0) or last (1) day."""

    def parse(text: str) -> Any:
        month = dates.parse_month(text)
        return month[position] if month else dates.parse_date(text, month_first=month_first)

    return parse


class CellReader:
    """Readers by `parse` code, bound to what one file brings: the secret, date order, repairs, indicators.

    `may_repair_inn` confirms a restored leading zero; `indicator_code` resolves a code or exact title.
    """

    def __init__(
        self,
        *,
        secret: str | None,
        month_first: bool,
        may_repair_inn: Callable[[str], bool],
        indicator_code: Callable[[str], str | None],
    ) -> None:
        self._secret = secret or ""
        self._readers: dict[str, Read] = {
            "text": _text,
            "identifier": _identifier,
            "count": _or_rule(_count, "not_a_count"),
            "decimal": _or_rule(_decimal, "not_a_number"),
            "roubles": _or_rule(_roubles, "not_a_number"),
            "year": _or_rule(dates.parse_year, "not_a_year"),
            "yes_no": _yes_no,
            "date": _or_rule(lambda text: dates.parse_date(text, month_first=month_first), "not_a_date"),
            "plan_year": _or_rule(lambda text: dates.parse_year(text) or dates.parse_school_year(text), "not_a_year"),
            "date_or_year": _day_or_year(1, month_first=month_first),
            "start_or_year": _day_or_year(0, month_first=month_first),
            "snapshot_date": _or_rule(_day_of_month(1, month_first=month_first), "not_a_date"),
            "period_start": _or_rule(_day_of_month(0, month_first=month_first), "not_a_date"),
            "period_end": _or_rule(_day_of_month(1, month_first=month_first), "not_a_date"),
            "inn": _code(lambda text: codes.parse_inn(text, may_repair_inn)),
            "kpp": _code(codes.parse_kpp),
            "ogrn": _code(codes.parse_ogrn),
            "oktmo": _code(codes.parse_oktmo),
            # A system out of the catalogue holds its row, so it is no problem here (see ingestion.examine).
            "system": lambda text: Reading(code_of("systems", text)),
            "role": _or_rule(lambda text: code_of("roles", text), "role_known"),
            "service": _or_rule(lambda text: code_of("services", text), "service_known"),
            **{name: _choice(name) for name in CHOICES},
            "subject": _subject,
            "due_date": _or_nothing(obligations.due_date, obligations.is_understood, "due_known"),
            "due_day_of_month": lambda text: Reading(obligations.due_day_of_month(text)),
            "is_continuing": lambda text: Reading(obligations.is_continuing(text)),
            "responsible_group": lambda text: Reading(obligations.responsible_group(text)),
            "control_level": lambda text: Reading(obligations.control_level(text)),
            "organisation_type": _or_rule(_organisation_type, "organisation_type_known"),
            "programmes": _programmes,
            "unit": _unit,
            "indicator": _or_rule(indicator_code, "indicator_known"),
            "snils": self._person,
            "person_identifier": self._identifier,
        }

    def of(self, parse: str) -> Read:
        return self._readers[parse]

    def _person(self, text: str) -> Reading:
        return Reading(*person.key_or_rule(self._secret, text))

    def _identifier(self, text: str) -> Reading:
        found = self._person(text)
        return Reading(person.identifier_key(self._secret, text)) if found.rule == "snils_form" else found


def bounds_readings(cells: Sequence[str | None]) -> dict[str, list[Any]]:
    """Measured values as columns: low, high, kind, numerator, denominator."""
    cache: dict[str | None, numbers.Bounds] = {}
    for cell in cells:
        if cell not in cache:
            cache[cell] = numbers.parse_bounds(cell)
    found = [cache[cell] for cell in cells]
    return {
        part: [getattr(bounds, part) for bounds in found]
        for part in ("low", "high", "kind", "numerator", "denominator")
    }
