"""The calendar as reference tables: duties, the kinds that fulfil each, the territories each binds."""

from datetime import date

from schemas.calendar import CALENDAR, COUNTRY, MONTHS, Duty, duties_in_force
from schemas.catalogue_file import rows
from schemas.reference_table import Table

Columns = dict[str, str]

DUTY: Columns = {
    "duty_code": "varchar", "kind": "varchar", "system_code": "varchar", "who": "varchar", "population": "varchar",
    "period_kind": "varchar", "period_months": "integer", "first_month": "integer", "since": "date",
    "last_day": "date", "due_rule": "varchar", "days_after": "integer", "due_month": "integer",
    "due_day_of_month": "integer", "is_bound": "boolean", "document": "varchar", "note": "varchar",
}  # fmt: skip
DUTY_KIND: Columns = {"duty_code": "varchar", "kind": "varchar"}
DUTY_TERRITORY: Columns = {"duty_code": "varchar", "territory_id": "varchar"}


def calendar_tables() -> tuple[Table, ...]:
    """The tables of the calendar.

    A duty without territories has the country's row, `is_bound` is false: it asks only those the warehouse knows of.
    """
    duties = duties_in_force(rows(CALENDAR))
    return (
        Table("calendar_duty", "Обязанность сдавать выгрузку", ("duty_code",), DUTY, tuple(map(_row, duties))),
        Table(
            "calendar_duty_kind",
            "Вид выгрузки, который исполняет обязанность",
            ("duty_code", "kind"),
            DUTY_KIND,
            tuple((duty.code, kind) for duty in duties for kind in (duty.kind, *duty.also)),
        ),
        Table(
            "calendar_duty_territory",
            "Территория, которую обязанность касается",
            ("duty_code", "territory_id"),
            DUTY_TERRITORY,
            tuple((duty.code, place) for duty in duties for place in duty.territories or (COUNTRY,)),
        ),
    )


def _row(duty: Duty) -> tuple[str | int | bool | date | None, ...]:
    month, day = duty.due.month_and_day if duty.due else (None, None)
    return (
        duty.code, duty.kind, duty.system, duty.who, duty.population if duty.who == "organisations" else None,
        duty.period, MONTHS.get(duty.period), duty.first_month, duty.first_day if duty.since else None,
        duty.last_day if duty.until else None, duty.due.rule if duty.due else None,
        duty.due.days_after if duty.due else None, month, day, bool(duty.territories), duty.document, duty.note,
    )  # fmt: skip
