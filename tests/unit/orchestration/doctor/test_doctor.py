"""Each check of `vitrina doctor` made to fail, and what it then says to do."""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from foundation.settings import Settings, get_settings
from foundation.sources import ROOT
from orchestration.dbt.project import prepare_manifest
from orchestration.doctor import disk, home
from orchestration.doctor.disk import check_disk
from orchestration.doctor.examine import CHECKS, examine
from orchestration.doctor.finding import Finding
from orchestration.doctor.home import (
    check_clock,
    check_permissions,
    check_secret,
    check_superset_versions,
    check_versions,
)
from orchestration.doctor.nights import check_alerts, check_last_night, check_schedule
from orchestration.home import prepare_dagster_home, prepare_home
from orchestration.instance import prepare_storage
from orchestration.last_refresh import write_last_refresh
from orchestration.lock import refresh_lock
from orchestration.room import days_until_full, room_for_build
from publishing.catalogue import current_folder

Check = Callable[[Settings], list[Finding]]
GIGABYTE = 1_000_000_000


def only(check: Check, settings: Settings) -> Finding:
    (finding,) = check(settings)
    assert finding.level == "ok" or finding.next_step, "what is wrong says what to do"
    return finding


@pytest.fixture
def ready(settings: Settings) -> Iterator[Settings]:
    """A home as `vitrina init` leaves it."""
    former = os.umask(0o077)
    prepare_home(settings)
    yield settings
    os.umask(former)


@pytest.fixture
def run(ready: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def invoke(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out

    return invoke


def night(settings: Settings, outcome: str = "published", age: timedelta = timedelta(hours=1), **more: Any) -> None:
    ended = (datetime.now(UTC) - age).isoformat()
    values = {"outcome": outcome, "started_at": ended, "finished_at": ended, "first_cause": None, "warnings": []}
    write_last_refresh(settings, {**values, "files": [], "release_id": None, **more})


def free(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    usage = shutil.disk_usage("/")._replace(free=number)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


def test_room_for_the_next_build(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a disk that is found full at two in the night; gigabytes are counted by what lies there."""
    ready.build_file.write_bytes(b"")
    os.truncate(ready.build_file, 3 * GIGABYTE)
    assert room_for_build(ready) == 6 * GIGABYTE + 200_000_000
    for number, level in ((3 * GIGABYTE, "bad"), (10 * GIGABYTE, "warn"), (100 * GIGABYTE, "ok")):
        free(monkeypatch, number)
        found = only(check_disk, ready)
        assert (found.level, "6,2 ГБ" in found.what) == (level, True)


@pytest.mark.slow
def test_days_until_the_archive_has_filled_the_disk(
    demo: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a date when the disk is full that is drawn from one day, or from files long removed."""
    copied = Settings(home=shutil.copytree(demo[0], tmp_path / "home", symlinks=True))
    manifest = json.loads((current_folder(copied) or Path()).joinpath("manifest.json").read_text(encoding="utf-8"))
    received = min(datetime.fromisoformat(one["received_at"]) for one in manifest["inputs"])
    start = received if received.tzinfo else received.replace(tzinfo=UTC)
    assert days_until_full(copied, GIGABYTE, start + timedelta(days=6)) is None, "six days tell nothing"
    held = {one["container_sha256"] or one["sha256"] for one in manifest["inputs"]}
    size = sum(path.stat().st_size for path in copied.archive.rglob("*") if path.is_file() and path.name in held)
    days = days_until_full(copied, size, start + timedelta(days=20))
    assert days in {19, 20}, "all came within the twenty days: twenty more fill as much again"
    assert days_until_full(copied, size, start + timedelta(days=40)) is None, "nothing came for thirty days"
    monkeypatch.setattr(disk, "days_until_full", lambda *_: 59)
    found = only(check_disk, copied)
    assert (found.level, "примерно на 59 дней" in found.what) == ("warn", True)


def test_permissions(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against source files open to the office, against a home of root's that the service cannot write to."""
    assert only(check_permissions, ready).level == "ok"
    (ready.archive / "file").write_text("x", encoding="utf-8")
    (ready.archive / "file").chmod(0o640)
    found = only(check_permissions, ready)
    assert (found.level, str(ready.archive / "file") in found.what) == ("bad", True)
    assert "1 путь открыт" in found.what
    (ready.archive / "file").chmod(0o600)
    ready.landing.chmod(0o2770)
    found = only(check_permissions, ready)
    assert (found.level, "landing" in found.what) == ("warn", True)
    ready.landing.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    found = only(check_permissions, ready)
    assert (found.level, "sudo -u" in str(found.next_step)) == ("bad", True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_account(ready: Settings) -> None:
    """Guards against one refresh run by root, after which the service cannot write its own log."""
    path = ready.reports / "refresh.log"
    path.write_text("x", encoding="utf-8")
    os.chown(path, 65534, 65534)
    found = only(check_permissions, ready)
    assert (found.level, str(path) in found.what) == ("bad", True)
    assert str(found.next_step).startswith("chown -R ")
    path.unlink()
    sent = ready.landing / "sent.csv"
    sent.write_text("x", encoding="utf-8")
    os.chown(sent, 65534, 65534)
    ready.landing.chmod(0o2770)
    assert only(check_permissions, ready).level == "warn", "a mailbox holds what senders put there"


def test_secret(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a key that others read, that is too short, or that a restored home has not got."""
    assert only(check_secret, ready).level == "ok"
    ready.secret_file.chmod(0o644)
    found = only(check_secret, ready)
    assert (found.level, found.next_step) == ("bad", f"chmod 600 {ready.secret_file}")
    ready.secret_file.write_text("short", encoding="utf-8")
    assert only(check_secret, ready).level == "bad"
    ready.secret_file.unlink()
    assert only(check_secret, ready).level == "warn"
    monkeypatch.setenv("VITRINA_SECRET", "x" * 40)
    assert only(check_secret, ready) == Finding("secret", "ok", "секрет задан в окружении")


def test_versions(ready: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Guards against a package upgraded by hand, one that is gone, and a Python nobody tested."""
    assert only(check_versions, ready).level == "ok"
    with monkeypatch.context() as patch:
        patch.setattr(home, "version", lambda name: "2.0.1" if name == "duckdb" else home_version(name))
        found = only(check_versions, ready)
    assert (found.level, found.what) == ("bad", f"duckdb 2.0.1, а проверено с {home_version('duckdb')}")
    with monkeypatch.context() as patch:
        patch.setattr(home, "ROOT", tmp_path)
        project = '[project]\nrequires-python = ">=3.8,<3.9"\ndependencies = ["no-such-package==1.0", "duckdb>=1"]\n'
        (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
        found = only(check_versions, ready)
    assert "нужен >=3.8,<3.9" in found.what
    assert found.what.endswith("; нет пакета no-such-package")


def home_version(name: str) -> str:
    return version(name)


def test_the_environment_of_the_dashboards(ready: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Guards against Superset's own environment, which nobody looks at until it does not start."""
    pins = '[project]\ndependencies = ["apache-superset==6.1.0", "duckdb==1.5.6"]\n'
    (tmp_path / "pyproject.toml").write_text(pins, encoding="utf-8")
    monkeypatch.setattr(home, "ENVIRONMENT", tmp_path)
    found = only(check_superset_versions, ready)
    assert (found.level, "make superset" in str(found.next_step)) == ("warn", True)
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    for name, number in (("apache_superset", "6.1.0"), ("duckdb", "1.4.0")):
        folder = packages / f"{name}-{number}.dist-info"
        folder.mkdir(parents=True)
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
        (folder / "METADATA").write_text(text, encoding="utf-8")
    found = only(check_superset_versions, ready)
    assert (found.level, found.what) == ("bad", "среда Superset: duckdb 1.4.0, а проверено с 1.5.6")
    (packages / "duckdb-1.4.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: duckdb\nVersion: 1.5.6\n", encoding="utf-8"
    )
    assert only(check_superset_versions, ready) == Finding("superset", "ok", "Superset 6.1.0")


def test_clock(ready: Settings) -> None:
    """Guards against a mistyped zone, and against a clock set back, by which releases would come out of order."""
    assert only(check_clock, ready).level == "ok"
    wrong = ready.model_copy(update={"timezone": "Europe/Moskva"})
    assert (only(check_clock, wrong).level, "Europe/Moskva" in only(check_clock, wrong).what) == ("bad", True)
    night(ready, age=timedelta(hours=-2))
    found = only(check_clock, ready)
    assert (found.level, "отстают" in found.what) == ("bad", True)


def test_a_file_nobody_may_read(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against «в порядке» over a mailbox whose files, put in as 0600 by another account, never load."""
    (ready.landing / "кадры.csv").write_text("x", encoding="utf-8")
    assert only(check_permissions, ready).level == "ok"
    monkeypatch.setattr(os, "access", lambda path, mode: path.name != "кадры.csv")  # root may read everything
    finding = only(check_permissions, ready)
    assert (finding.level, "кадры.csv" in finding.what) == ("bad", True)


def test_last_night(ready: Settings) -> None:
    """Guards against a machine called fit whose nights fail, are cut short, warn, or no longer come."""
    assert only(check_last_night, ready).level == "warn"
    night(ready)
    assert only(check_last_night, ready).level == "ok"
    night(ready, warnings=["дашборды не обновлены"])
    assert (only(check_last_night, ready).level, "дашборды" in only(check_last_night, ready).what) == ("warn", True)
    night(ready, files=[{"original_name": "кадры.csv", "outcome": "failed"}])
    assert (only(check_last_night, ready).level, "кадры.csv" in only(check_last_night, ready).what) == ("warn", True)
    night(ready, age=timedelta(hours=27))
    assert only(check_last_night, ready).level == "bad"
    night(ready, "failed", first_cause="диск полон")
    assert (only(check_last_night, ready).level, "диск полон" in only(check_last_night, ready).what) == ("bad", True)
    running = {"finished_at": None, "succeeded_at": datetime.now(UTC).isoformat()}
    night(ready, "running", **running)
    assert "прервано" in only(check_last_night, ready).what
    with refresh_lock(ready):
        assert only(check_last_night, ready).level == "ok"


def test_alerts(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a mail server that is gone since the first setting-up, found out in the first bad night."""
    assert only(check_alerts, ready).level == "warn"
    monkeypatch.setenv("VITRINA_ALERT_EMAIL_TO", "a@region.example")
    monkeypatch.setenv("VITRINA_ALERT_SMTP_HOST", "no-such-host.invalid")
    found = only(check_alerts, ready)
    assert (found.level, "имя сервера не найдено" in found.what) == ("bad", True)
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", "99999")
    found = only(check_alerts, ready)
    assert (found.level, "VITRINA_ALERT_SMTP_PORT" in found.what) == ("bad", True)


def test_a_schedule_that_is_none(ready: Settings) -> None:
    """Guards against a mistyped cron line that Dagster finds only when the service starts."""
    found = only(check_schedule, ready.model_copy(update={"refresh_cron": "каждую ночь"}))
    assert (found.level, "каждую ночь" in found.what) == ("bad", True)
    assert only(check_schedule, ready).level == "warn", "never started"


@pytest.mark.slow
def test_the_schedule_under_a_real_daemon(ready: Settings) -> None:
    """Guards against a sign of life that is looked for in the wrong place, and a schedule somebody switched off."""
    prepare_dagster_home(ready)
    prepare_manifest(ready)
    prepare_storage(ready)
    assert "служба не работала" in only(check_schedule, ready).what
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    daemon = subprocess.Popen(
        [programs / "dagster-daemon", "run", "-m", "orchestration.definitions"],
        env=environment, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while (found := only(check_schedule, ready)).level != "ok" and time.monotonic() < deadline:
            time.sleep(1)
        assert found.what == "служба работает, расписание «0 2 * * *» (Europe/Moscow)"
        subprocess.run(
            [programs / "dagster", "schedule", "stop", "nightly", "-m", "orchestration.definitions"],
            env=environment, cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        found = only(check_schedule, ready)
        assert (found.level, "выключено" in found.what) == ("bad", True)
        subprocess.run(
            [programs / "dagster", "schedule", "start", "nightly", "-m", "orchestration.definitions"],
            env=environment, cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
    finally:
        os.killpg(daemon.pid, 9)
        daemon.wait()
    assert only(check_schedule, ready).level == "ok"


def test_the_command_says_all_and_ends_with_a_code(
    ready: Settings, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a check nobody sees, a code 0 beside something bad, and one check that ends all others."""
    night(ready)
    code, out = run("doctor")
    assert code == 0
    assert [title for title, _ in CHECKS.values() if f"{title}: " not in out] == []
    ready.secret_file.chmod(0o644)
    code, out = run("doctor", "--json")
    found = json.loads(out)
    assert code == 1
    assert {one["check"] for one in found} == set(CHECKS)
    assert {one["check"] for one in found if one["level"] == "bad"} == {"permissions", "secret"}
    ready.secret_file.chmod(0o600)

    def broken(_: Settings) -> list[Finding]:
        raise PermissionError(13, "Permission denied", "/x")

    monkeypatch.setitem(CHECKS, "disk", ("Диск", broken))
    code, out = run("doctor")
    assert code == 1
    assert "Диск: проверить не удалось: ошибка системы: нет прав (/x)" in out
    assert "Секрет: " in out


def test_a_home_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a home made by the command that should only look, and against eight findings about nothing."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "none"))
    get_settings.cache_clear()
    (found,) = examine(get_settings())
    assert (found.level, "vitrina init" in str(found.next_step)) == ("bad", True)
    assert main(["doctor"]) == 1
    assert not (tmp_path / "none").exists()
    get_settings.cache_clear()


def test_looking_changes_nothing(ready: Settings) -> None:
    """Guards against a doctor that mends, or leaves files of its own."""
    (ready.archive / "file").write_text("x", encoding="utf-8")
    (ready.archive / "file").chmod(0o644)
    night(ready)
    before = {path: path.stat().st_mtime_ns for path in ready.home.rglob("*")}
    examine(ready)
    assert {path: path.stat().st_mtime_ns for path in ready.home.rglob("*")} == before
    assert stat.S_IMODE((ready.archive / "file").stat().st_mode) == 0o644
