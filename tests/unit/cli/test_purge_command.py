"""vitrina purge: which files are old, what is asked, what is said."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cli import purge
from cli.exits import UsageError
from foundation.settings import Settings

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]
LATER = f"{datetime.now(UTC) + timedelta(days=2):%d.%m.%Y}"


def archived(settings: Settings) -> int:
    return sum(path.is_file() for path in settings.archive.rglob("*"))


def test_old_files_go_after_a_question(school: Settings, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against files removed that nobody confirmed, or by a look at what would be removed."""
    code, out, _ = run("purge", "--older-than", LATER, "--dry-run")
    assert code == 0
    assert "3 файла" in out
    assert "ничего не удалено" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("нет\n"))
    code, out, err = run("purge", "--older-than", LATER)
    assert (code, out, archived(school)) == (1, "", 3)
    assert "Ничего не удалено" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("да\n"))
    code, out, _ = run("purge", "--older-than", LATER)
    assert (code, archived(school)) == (0, 0)
    assert "Удалено из архива: 3 файла" in out
    assert "Хеши и журнал остались" in out


def test_nothing_old_is_no_failure(school: Settings, run: Run) -> None:
    """Guards against a monthly cron job that fails in the months with nothing to remove."""
    code, out, _ = run("purge", "--older-than", "365d", "--yes")
    assert (code, archived(school)) == (0, 3)
    assert "Нечего удалять" in out


def test_json_tells_what_would_go_and_what_went(school: Settings, run: Run) -> None:
    """Guards against a program that cannot tell a rehearsal from a deletion."""
    planned = json.loads(run("purge", "--older-than", LATER, "--dry-run", "--json")[1])
    done = json.loads(run("purge", "--older-than", LATER, "--yes", "--json")[1])
    assert (planned["removed"], done["removed"]) == (False, True)
    assert planned["hashes"] == done["hashes"]
    assert (done["files"], len(done["hashes"])) == (3, 3)
    assert done["size_bytes"] > 0
    assert done["oldest_received_at"] <= done["newest_received_at"]


@pytest.mark.parametrize("text", ["12", "12w", "365 d", "-1d", "", "31.02.2026", "вчера", "99999y"])
def test_a_span_that_is_none_is_a_usage_error(school: Settings, run: Run, text: str) -> None:
    """Guards against a typing error that empties the archive."""
    code, out, err = run("purge", f"--older-than={text}", "--yes")
    assert (code, out, archived(school)) == (2, "", 3)
    assert "--older-than" in err


def test_without_a_span_nothing_goes(school: Settings, run: Run) -> None:
    """Guards against a default that nobody chose."""
    assert run("purge", "--yes")[0] == 2
    assert archived(school) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("365d", "2023-03-01 09:00"),
        ("1m", "2024-01-29 09:00"),
        ("12m", "2023-02-28 09:00"),
        ("1y", "2023-02-28 09:00"),
        ("0d", "2024-02-29 09:00"),
        ("01.02.2024", "2024-01-31 21:00"),
        ("2024-02-01", "2024-01-31 21:00"),
    ],
)
def test_a_span_is_counted_back_by_the_calendar(monkeypatch: pytest.MonkeyPatch, text: str, expected: str) -> None:
    """Guards against a day that does not exist, and against midnight of another time zone."""

    class LeapDay(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2024, 2, 29, 9, tzinfo=UTC).astimezone(tz)  # type: ignore[arg-type]

    monkeypatch.setattr(purge, "datetime", LeapDay)
    assert f"{purge.moment_of(Settings(timezone='Europe/Moscow'), text):%Y-%m-%d %H:%M}" == expected


def test_a_date_is_not_guessed() -> None:
    """Guards against «12» taken for days, months or years."""
    with pytest.raises(UsageError, match="365d"):
        purge.moment_of(Settings(), "12")
