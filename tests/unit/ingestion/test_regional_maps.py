"""Files beside a region's own header map that cannot be used: only the files that need it are affected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("registry")


@pytest.fixture
def bad_map(settings: Settings) -> None:
    """A map of surveys whose `required` is missing."""
    folder = settings.home / "header_maps"
    folder.mkdir()
    text = "kind: survey\nlayouts:\n  - name: ours\n    columns: {answered: [Ответов всего]}\n"
    (folder / "ours.yaml").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("bad_map")
def test_files_of_other_maps_are_read(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against one misspelled key after which no file at all is recognised."""
    (report,) = load(write_csv("h.csv", [["ИНН", "Дата", "Обучающихся"], [inn["kovrov"], "01.12.2024", "410"]]))
    assert (report.outcome, report.rows_accepted) == ("loaded", 1)


@pytest.mark.usefixtures("bad_map")
def test_a_file_that_needs_the_map_is_refused_with_the_likely_reason(
    load: Load, write_csv: Write, settings: Settings
) -> None:
    """Guards against a refusal that sends the steward to the sender of a file that only our own map spoils."""
    path = write_csv("s.csv", [["Округ", "Ответов всего"], ["Енисейский район", "12"]])
    (checked,) = check_file(settings, path, {})
    (report,) = load(path)
    for refusal in (checked.refusal, report.refusal):
        assert refusal is not None
        assert "Возможная причина: header_maps/ours.yaml не используется" in refusal
        assert "не хватает ключа «layouts / 1 / required»" in refusal


@pytest.mark.usefixtures("bad_map")
def test_another_refusal_does_not_blame_the_map(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a map named for a file whose trouble is its own: two columns of one meaning."""
    rows = [["ИНН", "Дата", "Обучающихся", "Учащихся"], [inn["kovrov"], "01.12.2024", "1", "2"]]
    (report,) = load(write_csv("twins.csv", rows))
    assert report.outcome == "refused"
    assert "ours.yaml" not in (report.refusal or "")
