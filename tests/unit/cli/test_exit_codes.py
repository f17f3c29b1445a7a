"""The command line: exit codes, clean stdout, Russian messages, no tracebacks."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import main as main_module
from cli.main import app, main
from foundation.settings import Settings, get_settings
from ingestion.errors import UserError
from ingestion.steward.book_file import write_book
from orchestration.lock import refresh_lock
from orchestration.run import RefreshResult
from publishing.errors import UnknownNameError

VERBS = (
    "init", "add", "check", "refresh", "reload", "status", "query", "indicators", "match", "serve", "demo", "forget",
    "purge",
)  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_russian_help(verb: str) -> None:
    """Guards against a verb without help, and against English words left in it."""
    result = CliRunner().invoke(app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Использование:" in result.output
    assert "Показать эту справку." in result.output
    assert not {"Usage", "Options", "Show", "[required]"} & set(result.output.replace(":", " ").split())


@pytest.mark.parametrize(
    "arguments",
    [(), ("нет-такого",), ("add",), ("query", "select 1", "--format", "xml"), ("indicators",), ("match",),
     ("add", "x.csv", "--set", "без знака"), ("add", "/нет/файла.csv"), ("check", "/нет/файла.csv"),
     ("query", "select 1", "--as-of", "вчера"), ("indicators", "--territory", "x", "--year", "год"),
     ("indicators", "--territory", "x", "--common"), ("indicators", "--territory", "x", "--years", "2021-2023"),
     ("indicators", "--territory", "x", "--series", "y", "--years", "2023-2021"),
     ("indicators", "--territory", "x", "--series", "y", "--year", "2021"),
     ("indicators", "--organisation", "x", "--series", "y")],
)  # fmt: skip
def test_usage_errors_exit_2(
    settings: Settings, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    """Guards against a traceback or a success code for what the user typed wrong."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.strip()


@pytest.mark.parametrize(
    "arguments",
    [("query", "а", "б"), ("status", "--json=1"), ("statu",), ("refresh", "--ful"), ("serve", "--port", "99999"),
     ("serve", "--superset-port", "0"), ("serve", "--port", "x"), ("match", "accept", "1.5"), ("match", "list", "x"),
     ("backup", "а", "б"), ("purge",), ("trace",), ("status", "--max-age"), ("query", "а", "--format", "xml")],
)  # fmt: skip
def test_usage_errors_are_russian(
    settings: Settings, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    """Guards against English of the command line's library in an answer to a typing error."""
    code, _, err = run(capsys, *arguments)
    assert code == 2
    words = re.findall(r"(?<![\w'«-])[A-Za-z]{3,}", err.replace("vitrina", "").replace("SQL", "").replace("xml", ""))
    assert words == [], err
    assert ".." not in err.replace("...", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("VITRINA_TIMEZONE", "Нигде"), ("VITRINA_TIMEZONE", "../etc/passwd"), ("VITRINA_SUPERSET_PORT", "x"),
     ("VITRINA_FILE_SECONDS", "0")],
)  # fmt: skip
def test_a_wrong_setting_of_any_part_is_named(
    name: str, value: str, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against «непредвиденная ошибка» for a mistyped time zone, or a port of Superset that is no number."""
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    code, _, err = run(capsys, "serve")
    assert code == 2
    assert f"настройка {name} не годится" in err


def test_a_book_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Guards against «непредвиденная ошибка FileCreateError» for a mistyped path."""
    with pytest.raises(FileNotFoundError) as raised:
        write_book(tmp_path / "нет" / "вопросы.xlsx", [])
    assert raised.value.filename == str(tmp_path / "нет" / "вопросы.xlsx")


def test_query_before_the_first_release_says_what_to_do(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a database error where nothing has been published yet."""
    code, out, err = run(capsys, "query", "select 1", "--format", "json")
    assert (code, out) == (1, "")
    assert "vitrina refresh" in err


def test_init_makes_a_closed_home_and_keeps_the_secret(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a secret others can read, or a second init that changes it and orphans every person_key."""
    settings.secret_file.unlink()
    assert run(capsys, "init")[0] == 0
    secret = settings.secret_file.read_text(encoding="utf-8")
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert settings.archive.stat().st_mode & 0o777 == 0o700
    code, out, _ = run(capsys, "init")
    assert code == 0
    assert "не изменён" in out
    assert secret.strip() not in out
    assert settings.secret_file.read_text(encoding="utf-8") == secret


def test_check_exits_1_for_a_refused_file_and_keeps_json_clean(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Guards against progress bars in stdout, and against a refused file that looks fine to a script."""
    path = tmp_path / "письмо.csv"
    path.write_text("это;не\nвыгрузка;вовсе\n", encoding="utf-8")
    code, out, _ = run(capsys, "check", str(path), "--json")
    assert code == 1
    assert json.loads(out)[0]["outcome"] == "refused"


def test_refresh_already_running_exits_3(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against two writers of one build file, told to the user as an internal error."""
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys; from pathlib import Path; from orchestration.lock import refresh_lock\n"
         "from foundation.settings import Settings\n"
         "with refresh_lock(Settings(home=Path(sys.argv[1]))):\n    print('held', flush=True); sys.stdin.read()",
         str(settings.home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        code, _, err = run(capsys, "match", "list")
    finally:
        holder.kill()
        holder.communicate()
    assert code == 3
    assert "Обновление уже идёт" in err


@pytest.mark.parametrize(("published", "code"), [(True, 0), (False, 1)])
def test_refresh_exit_code_tells_whether_it_published(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    published: bool,
    code: int,
) -> None:
    """Guards against cron or CI taking a failed night for a good one."""
    alert = None if published else "Выпуск не опубликован: причина. Прежнего выпуска нет."
    result = RefreshResult(published, "r1" if published else None, None, alert, (), (), {"outcome": "…"})
    monkeypatch.setattr("orchestration.run.run_refresh", lambda *_, **__: result)
    found, out, err = run(capsys, "refresh", "--json")
    assert found == code
    assert json.loads(out) == {"outcome": "…"}
    assert (alert or "") in err


def test_refresh_says_its_notes(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against rows of earlier files that wait again while the command only looks at tonight's files."""
    note = "Из принятых прежде по имени 1 строка ждёт решения. Ответить: vitrina match list"
    result = RefreshResult(True, "r1", None, None, (), (), {"outcome": "…", "notes": [note]})
    monkeypatch.setattr("orchestration.run.run_refresh", lambda *_, **__: result)
    code, out, _ = run(capsys, "refresh")
    assert code == 0
    assert note in out.replace("\n", " ")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (UserError("Нет секрета. Выполните: vitrina init"), 2, "vitrina init"),
        (UnknownNameError("Территория не найдена.", ("Ковров",)), 2, "Ковров"),
        (PermissionError(13, "Permission denied", "/x"), 3, "/x"),
        (RuntimeError("строка Иванова 112-233-445 95"), 3, "Непредвиденная ошибка"),
    ],
)
def test_errors_become_messages_and_codes(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
    text: str,
) -> None:
    """Guards against tracebacks for users, and against an unexpected error's message (maybe personal data) anywhere."""

    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(main_module, "_invoke", fail)
    found, out, err = run(capsys, "status")
    assert (found, out) == (code, "")
    assert text in err
    logs = "".join(path.read_text(encoding="utf-8") for path in settings.reports.glob("error_*.log"))
    assert "Иванова" not in err + logs
    assert ("RuntimeError" in logs) == isinstance(error, RuntimeError)


def test_status_works_on_an_empty_home(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against status failing on the first day, when there is nothing to show."""
    code, out, _ = run(capsys, "status", "--json")
    assert code == 0
    assert json.loads(out)["release_id"] is None
    with refresh_lock(settings):
        code, out, _ = run(capsys, "status")
    assert code == 0
    assert "Сейчас идёт обновление" in out


def test_help_does_not_import_dagster() -> None:
    """Guards against every verb paying Dagster's seconds of imports."""
    script = "import sys; import cli.main; sys.exit(any(m in sys.modules for m in ('dagster', 'pandera', 'pyarrow')))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_reading_a_release_does_not_import_what_writes_one() -> None:
    """Guards against a second of imports before every query, table and trace."""
    script = (
        "import sys; import publishing.restored, publishing.indicators, publishing.trace;"
        "sys.exit(any(m in sys.modules for m in ('dagster', 'pandera', 'polars')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_setting_that_makes_no_sense_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against a traceback in English for a slip in the environment file of an administrator."""
    monkeypatch.setenv("VITRINA_MEMORY_LIMIT", "много")
    get_settings.cache_clear()
    code, _, err = run(capsys, "status")
    assert code == 2
    assert "настройка VITRINA_MEMORY_LIMIT не годится: «много»" in err
