"""How each kind of cell is read: one function a `parse` code of the row models."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.text import fold, plain
from ingestion.values import codes, dates, numbers, obligations, person
from schemas.catalogue import cell_words, choice_of, choices, code_of, organisation_type_of, unit_factor, unit_title
from schemas.coded import read_with_code, without_code
from schemas.indicators import counts_school_years
from schemas.personal import is_number_of_person, mask

LONGEST_MARK = max(map(len, cell_words("missing"))) + 4  # and some spaces
PROGRAMMES = ("НОО", "ООО", "СОО", "ДОП", "ДО")


@dataclass(frozen=True)
class Reading:
    """A value read from a cell; a rule without a value is a problem, with a value a remark."""

    value: Any
    rule: str | None = None


Read = Callable[[str], Reading]
MISSING = Reading(None, "missing_mark")
"""«-», «н/д»: no value; where one is required, the row model says so."""


def is_missing_mark(text: str) -> bool:
    """Whether a cell says that there is no value (cell_words.yaml, `missing`)."""
    # Millions of identifiers are read: one glance tells nearly all of them from a mark.
    return len(text) <= LONGEST_MARK and not text[:1].isdigit() and fold(text) in cell_words("missing")


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
    return Reading(code) if code else Reading(mask(without_code(text)), "subject_unknown")


def _code(parse: Callable[[str], codes.Code]) -> Read:
    def read(text: str) -> Reading:
        code = parse(text)
        return Reading(code.value, code.rule)

    return read


def _yes_no(text: str) -> bool | None:
    folded = fold(text)
    return folded in cell_words("affirmative") if folded in cell_words("affirmative") | cell_words("negative") else None


def _text(text: str) -> Reading:
    return Reading(mask(plain(text)) or None)


def _name(text: str) -> Reading:
    """The name of an organisation or a place, without the code that some programs put before it."""
    return Reading(mask(without_code(text)) or None)


def _identifier(text: str) -> Reading:
    """A number of a document or a clause: text, without the «.0» that spreadsheets add."""
    return Reading(mask(plain(text).removesuffix(".0")) or None)


def _numeric(parse: Callable[[str], Any], rule: str, largest: Decimal | int, *, is_whole: bool = False) -> Read:
    """A number below `largest`; with the reason when it is none: a person's number, a length of time, a mark."""

    def read(text: str) -> Reading:
        if is_number_of_person(text.partition("; ")[0]):
            return Reading(None, "number_of_person")
        value = parse(text)
        if value is not None:
            return Reading(value) if abs(value) < largest else Reading(None, "number_too_large")
        if is_whole and numbers.is_grouped_by_marks(text):
            return Reading(None, "count_thousands_mark")
        return Reading(None, "duration" if numbers.is_duration(text) else rule)

    return read


def _decimal(text: str) -> Decimal | None:
    value = numbers.parse_decimal(text)
    return numbers.parse_worded(text) if value is None else value


def _roubles(text: str) -> Decimal | None:
    """«0,056; млн руб.», the sum and its unit, to roubles; a sum that says its own words needs no factor."""
    written, _, unit = text.rpartition("; ")
    factor = unit_factor(choice_of("money_unit", unit) or "")
    value = numbers.parse_decimal(written or text)
    if value is None and factor == 1:
        value = numbers.parse_worded(written or text)
    return None if value is None else value * factor


def _organisation_type(text: str) -> str | None:
    found = organisation_type_of(text)
    return found.title if found else None


def _programmes(text: str) -> Reading:
    folded = fold(text).upper()
    found = [name for name in PROGRAMMES if name in folded.replace(";", ",").replace(" ", "").split(",")]
    return Reading(", ".join(found) or mask(plain(text)))


def _year(text: str) -> Reading:
    year = dates.parse_year(text)
    return Reading(year, None if year is not None else _rule_of_no_date(text, "not_a_year"))


def _indicator_year(indicator_code: Callable[[str], str | None]) -> Read:
    """«2023/2024; показатель»: a school year is a year where the passport counts school years."""

    def read(text: str) -> Reading:
        written, _, indicator = text.partition("; ")
        school_year = dates.parse_school_year(written)
        code = read_with_code(indicator, indicator_code)
        if school_year is not None and (code is None or counts_school_years(code)):
            return Reading(school_year)
        return _year(written)

    return read


def _rule_of_no_date(text: str, rule: str) -> str:
    """Why a text is no day or no year, where that can be said better than that it is none."""
    if dates.parse_school_year(text) is not None:
        return "school_year"
    return "date_zone" if dates.depends_on_zone(text) else rule


def _dated(
    parse: Callable[[str], Any], is_understood: Callable[[str], bool] = lambda _: False, rule: str = "not_a_date"
) -> Read:
    """A day; a cell may also say something without a value of this column."""

    def read(text: str) -> Reading:
        value = parse(text)
        return Reading(value, None if value is not None or is_understood(text) else _rule_of_no_date(text, rule))

    return read


def _is_year(text: str) -> bool:
    """A year alone is no mistake in a column of days, it is read as the year."""
    return dates.parse_year(text) is not None


class CellReader:
    """Readers by `parse` code, bound to what one file brings: the secret, date order, repairs, indicators.

    `may_repair_inn` confirms a restored leading zero; `indicator_code` resolves a code or exact title.
    `person_heading` is the heading of the column of people: under «СНИЛС» nothing else is read (`is_snils_column`).
    """

    def __init__(
        self,
        *,
        secret: str | None,
        month_first: bool,
        may_repair_inn: Callable[[str], bool],
        indicator_code: Callable[[str], str | None],
        person_heading: str = "",
    ) -> None:
        self._secret = secret or ""
        self.is_snils_column = person.is_snils_heading(person_heading)

        def day(text: str) -> Any:
            return dates.parse_date(text, month_first=month_first)

        def day_of_month(position: int) -> Callable[[str], Any]:
            """A day, or a month in words taken by its first (0) or last (1) day."""

            def parse(text: str) -> Any:
                month = dates.parse_month(text)
                return month[position] if month else day(text)

            return parse

        first, last = day_of_month(0), day_of_month(1)
        self._readers: dict[str, Read] = {
            "text": _text,
            "name": _name,
            "identifier": _identifier,
            "document_number": self._document_number,
            "count": _numeric(numbers.parse_count, "not_a_count", numbers.LARGEST_COUNT, is_whole=True),
            "decimal": _numeric(_decimal, "not_a_number", numbers.LARGEST),
            "minutes": _numeric(numbers.parse_minutes, "not_a_number", numbers.LARGEST),
            "roubles": _numeric(_roubles, "not_a_number", numbers.LARGEST),
            "year": _year,
            "indicator_year": _indicator_year(indicator_code),
            "yes_no": _or_rule(lambda text: read_with_code(text, _yes_no), "not_yes_no"),
            "date": _dated(day),
            "date_or_year": _dated(last, _is_year),
            "start_or_year": _dated(first, _is_year),
            "snapshot_date": _dated(last),
            "period_start": _dated(first),
            "period_end": _dated(last),
            "inn": _code(lambda text: codes.parse_inn(text, may_repair_inn)),
            "kpp": _code(codes.parse_kpp),
            "ogrn": _code(codes.parse_ogrn),
            "oktmo": _code(codes.parse_oktmo),
            # A system out of the catalogue holds its row, so it is no problem here (see ingestion.examine.examination).
            "system": lambda text: Reading(code_of("systems", text)),
            "role": _or_rule(lambda text: code_of("roles", text), "role_known"),
            "service": _or_rule(lambda text: code_of("services", text), "service_known"),
            **{name: _choice(name) for name in choices()},
            "subject": _subject,
            "due_date": _dated(obligations.due_date, obligations.is_understood, "due_known"),
            "due_day_of_month": lambda text: Reading(obligations.due_day_of_month(text)),
            "is_continuing": lambda text: Reading(obligations.is_continuing(text)),
            "responsible_group": lambda text: Reading(obligations.responsible_group(text)),
            "control_level": lambda text: Reading(mask(obligations.control_level(text))),
            "organisation_type": _or_rule(_organisation_type, "organisation_type_known"),
            "programmes": _programmes,
            "unit": lambda text: Reading(mask(unit_title(text))),
            "indicator": _or_rule(lambda text: read_with_code(text, indicator_code), "indicator_known"),
            "snils": lambda text: self._person(text, may_restore=True),
            "person_identifier": self._person_identifier,
        }

    def of(self, parse: str) -> Read:
        """The reader of a `parse` code; a mark such as «-» or «н/д» is no value of any but a flag."""
        read = self._readers[parse]
        return read if parse == "yes_no" else lambda text: MISSING if is_missing_mark(text) else read(text)

    def scaled(self, parse: str, factor: Decimal) -> Read:
        """The reader of numbers under a heading that carries a multiple of the column's unit («тыс. чел.»)."""
        if factor == 1:
            return self.of(parse)
        is_count = parse == "count"
        read_number = self.of("decimal" if is_count else parse)

        def read(text: str) -> Reading:
            if is_count and numbers.is_grouped_by_marks(text):
                return Reading(None, "count_thousands_mark")
            found = read_number(text)
            if found.value is None or numbers.is_duration(text):  # a length of time says its own units
                return Reading(found.value, "not_a_count" if is_count and found.rule == "not_a_number" else found.rule)
            value = found.value * factor
            if is_count and value != value.to_integral_value():
                return Reading(None, "not_a_count")
            if abs(value) >= (numbers.LARGEST_COUNT if is_count else numbers.LARGEST):
                return Reading(None, "number_too_large")
            return Reading(int(value) if is_count else value)

        return read

    def _person(self, text: str, *, may_restore: bool = False) -> Reading:
        digits, rule = person.read_snils(text, may_restore=may_restore)
        return Reading(None, rule) if digits is None else Reading(person.person_key(self._secret, digits))

    def _person_identifier(self, text: str) -> Reading:
        found = self._person(text, may_restore=self.is_snils_column)
        if found.rule != "snils_form" or self.is_snils_column:
            return found
        return Reading(person.identifier_key(self._secret, text))

    def _document_number(self, text: str) -> Reading:
        """One that looks like a person's is told from others by a keyed hash: hidden, two of them must not be one."""
        number = plain(text).removesuffix(".0")
        if number.isdecimal() and not is_number_of_person(number):
            return Reading(number)
        masked = mask(number)
        if masked != number:
            return Reading(f"{masked} {person.identifier_key(self._secret, number)[:16]}")
        return Reading(number or None)
