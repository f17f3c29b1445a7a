"""Whole refreshes, and the command: what arrives, and what is said when it does not."""

import json
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from servers import Mailbox, free_port

from cli.main import main
from foundation.settings import Settings
from orchestration.audit.journal import journal_path
from orchestration.home import prepare_home
from orchestration.run import run_refresh
from orchestration.triggers import alerts_sensor

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: code, stdout, stderr."""

    def invoke(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return invoke


@pytest.mark.slow
@pytest.mark.usefixtures("mail")
def test_a_failing_night_writes_one_letter(settings: Settings, box: Mailbox) -> None:
    """Guards against an alert that is composed but never sent by the job, or sent before the outcome is known."""
    first = run_refresh(settings)
    assert first.published, first.alert
    assert box.letters == []
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            "insert into journal.load (load_sequence, file_sha256, original_name, outcome, rows_read, rows_accepted) "
            "values (1, 'x', 'sferum_2024-11.csv', 'loaded', 512, 511)"
        )
    assert not run_refresh(settings).published
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("delete from journal.load where file_sha256 = 'x'")
    assert run_refresh(settings).published
    bad, good = box.texts()
    assert bad.startswith(
        "Выпуск не опубликован: проверка «закон сохранения строк» не пройдена для sferum_2024-11.csv "
        "(прочитано 512, учтено 511).\nДействует выпуск от "
    )
    assert good.startswith("Всё в порядке")
    acts = [json.loads(line) for line in journal_path(settings).read_text(encoding="utf-8").splitlines()]
    assert [act["action"] for act in acts] == ["publish", "publish"], "the failed night published nothing"
    assert acts[0]["details"]["release_id"] == first.release_id


@pytest.mark.usefixtures("mail")
def test_the_daemon_notices_nights_that_do_not_come(
    settings: Settings, box: Mailbox, night: Callable[..., object]
) -> None:
    """Guards against a dead schedule: no refresh ends, so the daemon has to look."""
    night(-400)
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
        found = [alerts_sensor(settings)(context) for _ in range(2)]
    assert [type(one) for one in found] == [dg.SkipReason] * 2
    assert [str(letter["Subject"]) for letter in box.letters] == ["Витрина: Обновления не было с 18.10.2025 02:05"]


@pytest.mark.usefixtures("mail")
def test_the_command_tries_and_says(run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against an administrator who cannot find out before the first bad night whether letters arrive."""
    code, out, _ = run("alert", "--test")
    assert (code, len(box.letters)) == (0, 1)
    assert "Доставлено (почта, 127.0.0.1:" in out
    code, out, _ = run("alert")
    assert (code, len(box.letters)) == (0, 1)
    assert "Сообщать не о чем" in out
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(free_port()))
    code, _, err = run("alert", "--test")
    assert code == 1
    assert "Не доставлено" in err
    assert "нет соединения" in err


def test_what_is_not_set_up_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against «всё в порядке» from a command that could tell nobody, and a value of a secret in an error."""
    code, _, err = run("alert")
    assert code == 2
    assert "VITRINA_ALERT_EMAIL_TO" in err
    monkeypatch.setenv("VITRINA_ALERT_EMAIL_TO", "a@region.example")
    monkeypatch.setenv("VITRINA_ALERT_SMTP_SECURITY", "пароль-по-ошибке")
    code, _, err = run("alert")
    assert code == 2
    assert "VITRINA_ALERT_SMTP_SECURITY не годится" in err
    assert "пароль-по-ошибке" not in err


def test_status_says_what_was_not_delivered(
    run: Run, settings: Settings, night: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Guards against alerts that silently do not arrive for months."""
    prepare_home(settings)
    night(0, "диск полон")
    monkeypatch.setenv("VITRINA_ALERT_EMAIL_TO", "a@region.example")
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(free_port()))
    assert run("alert")[0] == 1
    code, out, _ = run("status")
    assert code == 0
    assert "Оповещение не доставлено (почта, " in out
    assert "нет соединения" in out
    assert '"undelivered_alerts": [' in run("status", "--json")[1]
