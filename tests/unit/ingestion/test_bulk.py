"""The streamed way for large kinds says of every row what the ordinary way says, and loads the same rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from foundation.settings import Settings
from ingestion.bulk import examine as bulk_examine
from ingestion.bulk.clean_values import UncompilableModelError, require_compilable
from ingestion.bulk.examine import BulkExamination, examine_in_bulk
from ingestion.errors import RefusedFileError
from ingestion.examine.examination import Examination, examine_part
from ingestion.match.rows import Lookups
from ingestion.pipeline import regional_layouts, secret_or_none
from ingestion.read import UnreadableFileError, open_members
from ingestion.store.tables import build_connection, prepare_build
from schemas.kinds import KINDS, Kind

pytestmark = pytest.mark.slow

HEADINGS = ["Система", "Дата", "Идентификатор", "ИНН", "Наименование ОО", "Муниципалитет", "Роль", "Сообщений", "ФИО"]
ROLES = ("обучающийся", "учитель", "родитель")
GOOD = ["Сферум", "05.11.2024", "112-233-445 95", "", "", "", "обучающийся", "3", "строка"]


def texts(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def lines(inn: Mapping[str, str]) -> st.SearchStrategy[list[str]]:
    """Rows as exports have them: mostly good, with every sort of dirt, totals, blanks and repeated headers."""
    good = st.tuples(
        texts("Сферум", "ИКОП Сферум", "Моя школа"), texts("05.11.2024", "2024-11-06", "45600"),
        texts("112-233-445 95", "11223344595", "id-77", "id-78"), texts(inn["novonazimovo"], inn["ozernoe"]),
        texts("", "СОШ № 4"), texts("", "Енисейский район"), texts("обучающийся", "учитель"), texts("", "3", "1 200"),
        texts("", "строка"),
    )  # fmt: skip
    dirty = st.tuples(
        texts("Сферум", "Неведомая", ""), texts("05.11.2024", "31.11.2024", "01.01.2009", "01.01.2099", "", "#REF!"),
        texts("112-233-445 95", "112-233-445 96", "", "id-77"), texts(inn["novonazimovo"], "2447000000", "", "123"),
        texts("", "СОШ № 4", "Неизвестная школа"), texts("", "Енисейский район", "Иной район"),
        texts("обучающийся", "дворник", ""), texts("", "3", "-5", "много", "48,6"), texts("", "Итого", "строка"),
    )  # fmt: skip
    special = st.sampled_from([HEADINGS, [""] * len(HEADINGS), ["Итого", *[""] * (len(HEADINGS) - 1)], GOOD[:4]])
    return st.one_of(good.map(list), good.map(list), dirty.map(list), special)


def write_text(path: Path, rows: list[list[str]], encoding: str) -> Path:
    table = [["Журнал активности"], HEADINGS, *rows]
    path.write_text("\n".join(";".join(row) for row in table), encoding=encoding)
    return path


def write_parquet(path: Path, rows: list[list[str]]) -> Path:
    padded = [[cell or None for cell in [*row, *[""] * (len(HEADINGS) - len(row))]] for row in rows]
    pl.DataFrame(padded, schema=dict.fromkeys(HEADINGS, pl.String), orient="row").write_parquet(path)
    return path


def both(settings: Settings, path: Path) -> tuple[Examination, BulkExamination, list[tuple[Any, ...]]]:
    """The two examinations of a file, and the accepted rows of the second."""
    (member,) = open_members(path, path.name, path.parent)
    with build_connection(settings) as connection:
        given = (member, regional_layouts(settings), {}, secret_or_none(settings), Lookups.load(connection))
        streamed = examine_in_bulk(connection, *given)
        assert streamed is not None
        rows = connection.execute(
            "select source_row, system.code, activity_date, person_key, organisation_id, role.code, messages,"
            " match_rule.code from parsed_row"
            " join incoming_person using (person_sk) join incoming_organisation using (organisation_sk)"
            " join incoming_code as system on system.code_sk = system_code_sk"
            " left join incoming_code as role on role.code_sk = role_code_sk"
            " join incoming_code as match_rule on match_rule.code_sk = match_rule_sk"
            " where is_clean order by source_row"
        ).fetchall()
        return examine_part("platform_activity_person", *given), streamed, rows


def verdict(found: Examination) -> dict[str, Any]:
    """Everything an examination says of a file."""
    return {
        "counts": (found.rows_read, found.rows_accepted, found.rows_rejected, found.rows_held),
        "problems": [(one.source_row, one.column, one.rule, one.found) for one in found.problems],
        "held": sorted((one.source_row, one.reason, one.query, one.system_text) for one in found.held),
        "payloads": sorted(str(one.payload) for one in found.held),
        "ignored": sorted(found.ignored),
        "told": (found.messages, found.sender, found.system_code, found.period),
    }


GOOD = ["Сферум", "05.11.2024", "112-233-445 95", "2447000011", "", "", "обучающийся", "", ""]
A_DAY_ALONE = ["", "05.11.2024", *[""] * 7]
NOBODY = ["Сферум", "05.11.2024", "", "2447000011", "", "", "обучающийся", "", ""]


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-8-sig", "parquet"])
def test_streamed_says_what_the_ordinary_way_says(
    encoding: str, settings: Settings, tmp_path: Path, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a row that one way accepts and the other rejects, holds, ignores or numbers otherwise."""
    monkeypatch.setattr(bulk_examine, "PORTION_ROWS", 3)

    @settings_of_hypothesis
    @given(rows=st.lists(lines(inn), min_size=1, max_size=14))
    @example(rows=[GOOD, GOOD, A_DAY_ALONE, GOOD])  # a footer below all that has something to say about it is none
    @example(rows=[GOOD, A_DAY_ALONE, *[GOOD] * 3, NOBODY])
    @example(rows=[GOOD, A_DAY_ALONE])
    def agree(rows: list[list[str]]) -> None:
        path = tmp_path / f"log.{'parquet' if encoding == 'parquet' else 'csv'}"
        if encoding == "parquet":
            write_parquet(path, rows)
        else:
            write_text(path, rows, encoding)
        ordinary, streamed, accepted = both(settings, path)
        assert verdict(streamed) == verdict(ordinary)
        names = (
            "source_row", "system_code", "activity_date", "person_key", "organisation_id", "role_code", "messages",
            "match_rule",
        )  # fmt: skip
        expected = ordinary.accepted.sort("source_row").select(names).rows() if ordinary.accepted.height else []
        assert accepted == expected

    agree()


settings_of_hypothesis = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.usefixtures("registry")
def test_a_file_is_loaded_the_streamed_way(
    load: Callable[..., Any], query: Callable[[str], Any], tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against rows that are examined and then lie in the build otherwise, or are not counted."""
    person = ["11223344595", "id-1", "id-2"]
    rows = [
        ["Сферум", f"0{day}.11.2024", one, inn["ozernoe"], "", "", "учитель", "1", ""]
        for day in (4, 5)
        for one in person
    ]
    (report,) = load(write_text(tmp_path / "log.csv", [*rows, rows[0], ["", *rows[1][1:]]], "cp1251"))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected, report.rows_held) == (8, 6, 2, 0)
    assert (report.rows_new, report.rows_changed) == (6, 0)
    stored = query(
        "select source_row, activity_date::text, organisation_id, role_code, messages, original_name"
        " from raw.platform_activity_person join journal.load using (load_sequence) order by source_row"
    )
    assert stored[0] == (3, "2024-11-04", inn["ozernoe"], "teacher", 1, "log.csv")
    assert [row[0] for row in stored] == [3, 4, 5, 6, 7, 8]
    assert query("select month::text from journal.partition") == [("2024-11-01",)]
    corrected = [[*row[:7], "9", ""] for row in rows[:2]]
    (again,) = load(write_text(tmp_path / "log_2.csv", corrected, "utf-8"))
    assert (again.rows_new, again.rows_changed, again.rows_same) == (0, 2, 0)


CALLED_NUMBERS = {
    "person": ("person",),
    "organisation": ("organisation",),
    "code": ("code",),
    "file": ("file",),
    "platform_activity_person": ("file", "organisation", "person", "match_rule", "system_code", "role_code"),
}
OF_EARLIER_VERSIONS = {
    "surrogate keys called numbers": "".join(
        f"alter table bulk.{table} rename column {name}_sk to {name}_number;"
        for table, names in CALLED_NUMBERS.items()
        for name in names
    ),
    "codes as texts": (
        "create table log as select log.* exclude (match_rule_sk, system_code_sk, role_code_sk),"
        " raw.match_rule, raw.system_code, raw.role_code from bulk.platform_activity_person as log"
        " join raw.platform_activity_person as raw using (source_row);"
        "drop table bulk.code; drop table bulk.platform_activity_person;"
        "create table bulk.platform_activity_person as from log; drop table log"
    ),
    "a table like any other": (
        "create table log as from raw.platform_activity_person; drop view raw.platform_activity_person;"
        "drop schema bulk cascade; create table raw.platform_activity_person as from log; drop table log"
    ),
}


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("former", OF_EARLIER_VERSIONS.values(), ids=OF_EARLIER_VERSIONS)
def test_rows_of_an_earlier_version_stay_what_they_are(
    former: str, load: Callable[..., Any], settings: Settings, tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against an upgrade that loses rows, or what they say, because they lie in the build otherwise now."""
    rows = [[*GOOD[:2], f"id-{one}", inn["ozernoe"], "", "", role, "3", ""] for one, role in enumerate(ROLES)]
    load(write_text(tmp_path / "log.csv", rows, "utf-8"))
    asked = "select * from raw.platform_activity_person order by source_row"
    with build_connection(settings) as connection:
        expected = connection.execute(asked).fetchall()
        connection.execute(former)
    prepare_build(settings)
    with build_connection(settings) as connection:
        assert connection.execute(asked).fetchall() == expected
    assert len(expected) == len(ROLES)


@pytest.mark.parametrize(
    "model",
    [
        pa.DataFrameSchema({"a": pa.Column(pl.String, metadata={"parse": "text", "field": None})}, unique=["a"]),
        pa.DataFrameSchema({"a": pa.Column(pl.String, unique=True, metadata={"parse": "text", "field": None})}),
        pa.DataFrameSchema(
            {"a": pa.Column(pl.String, metadata={"parse": "text", "field": None})}, checks=[pa.Check(lambda data: True)]
        ),
        pa.DataFrameSchema({"a": pa.Column(pl.String, metadata={"parse": "bounds", "field": None})}),
    ],
)
def test_a_model_that_cannot_be_judged_by_values_is_refused(model: pa.DataFrameSchema) -> None:
    """Guards against a check that is silently not made because rows are streamed."""
    with pytest.raises(UncompilableModelError):
        require_compilable(Kind("any", "Любой", model, key=(), position=0))
    require_compilable(KINDS["platform_activity_person"])


@pytest.mark.usefixtures("registry")
def test_garbled_text_is_refused_with_its_row(settings: Settings, tmp_path: Path, inn: dict[str, str]) -> None:
    """Guards against names of roles or schools that some program decoded wrongly before us."""
    row = ["Сферум", "05.11.2024", "id-1", inn["ozernoe"], "РЎРћРЁ в„– 4", "", "учитель", "1", ""]
    path = write_text(tmp_path / "log.csv", [GOOD, row], "utf-8")
    with pytest.raises((UnreadableFileError, RefusedFileError), match="строка 4"):
        both(settings, path)


def test_memory_is_bounded_as_configured(settings: Settings) -> None:
    """Guards against a build that takes the whole memory of a server it shares."""
    with build_connection(settings.model_copy(update={"memory_limit": "512MiB"})) as connection:
        assert connection.execute("select current_setting('memory_limit')").fetchone() == ("512.0 MiB",)
