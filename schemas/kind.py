"""What a kind of export is: its row model, key, period, and how a newer file replaces an older one."""

from dataclasses import dataclass, field
from typing import Literal

import pandera.polars as pa
import polars as pl

from schemas.catalogue import roles
from schemas.columns import ORGANISATION, PAST, QUANTITY_READERS, Dimension, field_of, is_read

OrganisationRule = Literal["registry", "required", "optional", "place", "from_staff"]
"""`optional`: the narrowest place given, none is the federation; `place`: an organisation or a municipality."""
PeriodKind = Literal["snapshot", "period", "none"]
PLACE = ("territory_key", "organisation_id")
"""Where a row of a kind with levels stands: the organisation, else the territory."""


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
    position: int = field(kw_only=True)
    """Its place among the kinds: in the order of loading, of pages and of generated lists."""
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
