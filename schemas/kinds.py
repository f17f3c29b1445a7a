"""The kinds of export: their row model, key, period, and how a newer file replaces an older one."""

from dataclasses import dataclass
from typing import Literal

import pandera.polars as pa
import polars as pl

from schemas.catalogue import roles
from schemas.columns import ORGANISATION, PAST, QUANTITY_READERS, Dimension, field_of, is_read
from schemas.models import activities, documents, organisations, people, platforms, resources

OrganisationRule = Literal["registry", "required", "optional", "place", "from_staff"]
"""`optional`: the narrowest place given, none is the federation; `place`: an organisation or a municipality."""
PeriodKind = Literal["snapshot", "period", "none"]


@dataclass(frozen=True)
class Kind:
    """One kind of export (a row of the table in contracts.md).

    `key` are the columns that make a row unique; `scope` are the columns that, with the sender, say what
    a newer file of a snapshot kind replaces, rows it leaves out included (settled question 4); an empty
    scope means replacement by key only. `period_column` is the date of the fact that freshness looks at.
    """

    code: str
    title: str
    model: pa.DataFrameSchema
    key: tuple[str, ...]
    scope: tuple[str, ...] = ()
    part_key: tuple[str, ...] = ()
    organisation: OrganisationRule = "required"
    period_kind: PeriodKind = "none"
    period_column: str | None = None
    is_personal: bool = False
    partition_column: str | None = None
    """Of a kind of millions of rows: the day by whose month its rows are computed, each month on its own."""

    @property
    def has_level(self) -> bool:
        """Whether a row may speak of a territory instead of an organisation."""
        return self.organisation in {"optional", "place"}

    @property
    def fields(self) -> frozenset[str]:
        """The fields that a column of a file may give."""
        return frozenset(field_of(name, column) for name, column in self.model.columns.items() if is_read(column))

    @property
    def required(self) -> tuple[str, ...]:
        """Fields without which no row is accepted; a year that its day gives, and a value of its row, are none."""
        return tuple(
            field_of(name, column)
            for name, column in self.model.columns.items()
            if is_read(column) and not column.nullable and column.metadata["parse"] != "year_of"
        )

    @property
    def year_column(self) -> str | None:
        """The column of a kind whose rows are of a year, be it beside a day; one that may be left out is none."""
        columns = self.model.columns
        return next((name for name in self.key if name in columns and _is_required_number(columns[name])), None)

    @property
    def fact_column(self) -> str | None:
        """The day of the facts of a kind: `period_column` where it is held to the rule for such days.

        A day of hiring, or the date of a document, is none: nothing is measured in its year.
        """
        if self.period_column is None:
            return None
        rules = {check.name for check in self.model.columns[self.period_column].checks}
        return self.period_column if PAST in rules else None

    @property
    def period_columns(self) -> tuple[str, str]:
        """The first and the last day that a row is of, the same one where it is of a day; ValueError without a day."""
        if self.period_column is None:
            raise ValueError(f"{self.code}: нет столбца с днём строки")
        first = "period_start" if "period_start" in self.model.columns else self.period_column
        return first, self.period_column

    @property
    def year_of_day(self) -> str | None:
        """The year of a row that may tell no day (`dated` of schemas.columns)."""
        columns = self.model.columns.items()
        return next((name for name, column in columns if column.metadata.get("day") == self.period_column), None)

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Columns that say something of a row beside what it is about: no keys, no organisation, no person."""
        about = {*self.key, *self.part_key} | (set() if self.organisation == "registry" else set(ORGANISATION))
        return tuple(
            name
            for name, column in self.model.columns.items()
            if name not in about and name != "person_key" and is_read(column)
        )

    @property
    def measures(self) -> frozenset[str]:
        """Fields of a file that are counted or measured, those of a wide layout («registered_teacher») among them."""
        own = {
            field_of(name, column)
            for name, column in self.model.columns.items()
            if column.metadata["parse"] in QUANTITY_READERS
        }
        wide = {f"{measure}_{role.code}" for measure in own for role in roles()} if self.has_roles else set()
        return frozenset(own | wide)

    @property
    def readers(self) -> dict[str, str]:
        """Fields of a file with the readers of their cells (ingestion.values.cells)."""
        return {field_of(name, column): column.metadata["parse"] for name, column in self.model.columns.items()}

    def dimension(self, field: str) -> Dimension | None:
        """What a field measures, for the unit of its heading; a field of a wide layout what its measure does."""
        measured = {
            field_of(name, column): column.metadata.get("dimension") for name, column in self.model.columns.items()
        }
        return measured.get(field) or measured.get(field.rpartition("_")[0])

    @property
    def has_roles(self) -> bool:
        """Whether a row is of one role, so that a wide layout may have a column a role instead."""
        return "role_code" in self.model.columns


def _is_required_number(column: pa.Column) -> bool:
    return column.dtype.type == pl.Int64 and not column.nullable


PLACE = ("territory_key", "organisation_id")
"""Where a row of a kind with levels stands: the organisation, else the territory."""
INDICATOR_KEY = ("indicator_code", "breakdown", "year", "level", *PLACE, "document", "clause")

_KINDS = (
    Kind(
        "organisation_registry",
        "Реестр организаций",
        organisations.ORGANISATION_REGISTRY,
        ("inn", "kpp", "organisation_id", "valid_from"),
        organisation="registry",
    ),
    Kind(
        "staff",
        "Кадры",
        people.STAFF,
        ("person_key", "organisation_id", "hired_on"),
        period_column="hired_on",
        is_personal=True,
    ),
    Kind(
        "headcount",
        "Контингент и кадры",
        organisations.HEADCOUNT,
        ("snapshot_date", "organisation_id"),
        scope=("snapshot_date",),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
    Kind(
        "platform_registration",
        "Регистрации на платформах",
        platforms.PLATFORM_REGISTRATION,
        ("system_code", "snapshot_date", "organisation_id", "role_code"),
        scope=("system_code", "snapshot_date"),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
    Kind(
        "platform_activity",
        "Активность на платформах",
        platforms.PLATFORM_ACTIVITY,
        ("system_code", "period_start", "period_end", "organisation_id", "role_code"),
        scope=("system_code", "period_start", "period_end"),
        period_kind="period",
        period_column="period_end",
    ),
    Kind(
        "platform_activity_person",
        "Журнал активности",
        platforms.PLATFORM_ACTIVITY_PERSON,
        ("system_code", "activity_date", "person_key", "organisation_id"),
        period_kind="period",
        period_column="activity_date",
        is_personal=True,
        partition_column="activity_date",
    ),
    Kind(
        "service_coverage",
        "Охват услугами",
        platforms.SERVICE_COVERAGE,
        ("system_code", "snapshot_date", "organisation_id", "service_code", "role_code"),
        scope=("system_code", "snapshot_date"),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
    Kind(
        "training_record",
        "Документы о повышении квалификации (ФИС ФРДО, ДПО)",
        people.TRAINING_RECORD,
        ("document_series", "document_number", "issued_on"),
        organisation="from_staff",
        period_column="issued_on",
        is_personal=True,
    ),
    Kind(
        "equipment_delivery",
        "Поставки оборудования",
        resources.EQUIPMENT_DELIVERY,
        ("organisation_id", "delivered_on", "delivery_year", "item", "unit", "model"),
        period_column="delivered_on",
    ),
    Kind(
        "connectivity",
        "Скорость Интернета",
        resources.CONNECTIVITY,
        ("measured_on", "organisation_id"),
        scope=("measured_on",),
        period_kind="snapshot",
        period_column="measured_on",
    ),
    Kind(
        "indicator_plan",
        "Плановые значения показателей",
        documents.INDICATOR_PLAN,
        INDICATOR_KEY,
        organisation="optional",
    ),
    Kind(
        "indicator_reported",
        "Опубликованные значения",
        documents.INDICATOR_REPORTED,
        INDICATOR_KEY,
        organisation="optional",
    ),
    Kind(
        "infrastructure",
        "Объекты и сервисы",
        resources.INFRASTRUCTURE,
        ("organisation_id", "object_code", "started_on", "start_year"),
        period_column="started_on",
    ),
    Kind(
        "participation",
        "Участие в мероприятиях",
        activities.PARTICIPATION,
        ("event_code", "held_on", "event_year", *PLACE),
        organisation="place",
        period_column="held_on",
    ),
    Kind(
        "funding",
        "Финансирование",
        resources.FUNDING,
        ("year", *PLACE, "source", "plan_or_fact"),
        organisation="place",
    ),
    Kind(
        "certificate",
        "Сертификаты ПФДО",
        activities.CERTIFICATE,
        ("snapshot_date", *PLACE, "certificate_type"),
        organisation="place",
        period_column="snapshot_date",
    ),
    Kind(
        "methodical_event",
        "РМО, СМО, семинары",
        activities.METHODICAL_EVENT,
        ("held_on", "event_year", *PLACE, "event_code", "topic"),
        organisation="place",
        period_column="held_on",
    ),
    Kind(
        "survey",
        "Опросы",
        activities.SURVEY,
        ("surveyed_on", *PLACE, "survey", "question"),
        organisation="place",
        period_column="surveyed_on",
    ),
    Kind(
        "decision",
        "Поручения",
        documents.DECISION,
        ("document", "clause"),
        part_key=(*PLACE, "responsible_group"),
        organisation="place",
        period_column="document_date",
    ),
    Kind(
        "milestone",
        "Дорожная карта",
        documents.MILESTONE,
        ("document", "number"),
        organisation="optional",
        period_column="due_on",
    ),
    Kind(
        "note",
        "Примечания к показателям",
        documents.NOTE,
        ("indicator_code", "year", "last_year", "level", *PLACE, "number"),
        organisation="optional",
    ),
)

KINDS: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
"""Every kind by its code, in the order of loading: the registry finds organisations, staff finds trainees."""
