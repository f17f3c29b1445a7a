"""The conservation law as a property: whatever stands in a file, every row is accounted for (promise 3)."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.pipeline import LOAD_ORDER, load_kind, receive
from ingestion.receive.landing import add_files

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]
HEADER = "Дата;ИНН;Организация;Муниципалитет;Обучающихся;Педагогических работников"
dates = st.sampled_from(["01.12.2024", "2024-12-01", "31.02.2024", "45627", "", "декабрь 2024", "01.01.2031"])
inns = st.sampled_from(["2447000029", "3305000018", "3305000019", "447000029", "5720010403", ""])
names = st.sampled_from(["СОШ № 4", "МБОУ Озерновская СОШ № 47", "Итого", "Всего по району", "Лицей", ""])
places = st.sampled_from(["Енисейский район", "г. Ковров", ""])
counts = st.sampled_from(["10", "1 200", "-5", "много", "", "#REF!", "12,5", "0"])
rows = st.tuples(dates, inns, names, places, counts, counts)
lines = st.one_of(rows.map(";".join), st.just(""), st.just(";;;;;"), st.just(HEADER))


def expected_rows(body: list[str]) -> int:
    """Rows below the header, without the trailing blank ones."""
    kept = list(body)
    while kept and not kept[-1].replace(";", "").strip():
        kept.pop()
    return len(kept)


@budget(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=12))
def test_every_row_is_accounted_for(settings: Settings, tmp_path: Path, body: list[str]) -> None:
    """Guards against a row that is in none of the four counts, or in two."""
    path = tmp_path / "property.csv"
    path.write_text("\n".join([HEADER, *body]) + "\n", encoding="utf-8")
    (report,) = check_file(settings, path, {})
    assert report.outcome == "checked"
    assert report.rows_read == expected_rows(body)
    accounted = report.rows_accepted + report.rows_rejected + report.rows_held + report.rows_ignored
    assert report.rows_read == accounted


@budget(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, min_size=1, max_size=12, unique=True))
def test_the_journal_equals_the_rows_on_disk(settings: Settings, tmp_path: Path, body: list[str]) -> None:
    """Guards against counts that are computed and rows that were never written."""
    path = tmp_path / "property.csv"
    path.write_text("\n".join([HEADER, *body]) + "\n", encoding="utf-8")
    add_files(settings, [path], {})
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    with duckdb.connect(str(settings.build_file)) as connection:
        broken = connection.execute(
            "select load.file_sha256 from journal.load as load where outcome = 'loaded' and kind = 'headcount' and"
            " rows_read != (select count(distinct sheet || source_row) from raw.headcount as raw_rows"
            "   where raw_rows.file_sha256 = load.file_sha256)"
            " + (select count(distinct sheet || source_row) from journal.reject as reject"
            "   where reject.file_sha256 = load.file_sha256 and severity = 'error')"
            " + (select count(distinct sheet || source_row) from journal.held_row as held"
            "   where held.file_sha256 = load.file_sha256 and status = 'pending')"
            " + (select coalesce(sum(rows), 0) from journal.ignored as ignored"
            "   where ignored.file_sha256 = load.file_sha256)"
        ).fetchall()
    assert broken == []
