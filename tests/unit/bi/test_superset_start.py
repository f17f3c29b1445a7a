"""What surrounds Superset and can be held to account without starting it."""

import csv
import io
import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bi import first_start
from bi.first_start import ServiceError, check_installed, child_environment
from bi.secret_files import admin_password, create_secrets, secret_key
from bi.service import running_service, service_url
from bi.settings import SupersetSettings, superset_home
from bi.superset.adjustments import is_strong
from bi.superset.exports import rewrite_csv
from foundation.settings import Settings
from orchestration.serve import PortTakenError, serve


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_closed_to_others_and_made_once(settings: Settings) -> None:
    """Guards against a password others on the machine can read, and one that changes at every start."""
    options = SupersetSettings()
    password = create_secrets(settings, options)
    assert password is not None
    assert is_strong(password), "Superset would refuse it"
    home = superset_home(settings)
    assert mode(home) == 0o700
    assert {path.name: mode(path) for path in home.iterdir()} == {"admin_password": 0o600, "secret_key": 0o600}
    key = secret_key(settings, options)
    assert create_secrets(settings, options) is None, "the password would be shown again"
    assert (admin_password(settings, options), secret_key(settings, options)) == (password, key)


def test_secrets_of_the_environment_are_not_written_down(settings: Settings) -> None:
    """Guards against a copy on disk of a secret that the administrator keeps elsewhere."""
    options = SupersetSettings(admin_password=SecretStr("Parol-iz-Sejfa-1"), secret_key=SecretStr("k" * 40))
    assert create_secrets(settings, options) is None
    assert list(superset_home(settings).iterdir()) == []
    assert (admin_password(settings, options), secret_key(settings, options)) == ("Parol-iz-Sejfa-1", "k" * 40)


def test_superset_does_not_get_the_key_of_pseudonyms(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against the secret that hides people travelling to a process that has no use for it."""
    monkeypatch.setenv("VITRINA_SECRET", "s" * 40)
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    create_secrets(settings, SupersetSettings())
    environment = child_environment(settings, SupersetSettings())
    assert "s" * 40 not in environment.values()
    assert "PYTHONPATH" not in environment, "another environment's modules would be imported"
    assert environment["VITRINA_HOME"] == str(settings.home)


def test_missing_environment_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Guards against «файл не найден» where one command is missing."""
    monkeypatch.setattr(first_start, "BIN", tmp_path)
    with pytest.raises(ServiceError, match="make superset"):
        check_installed()


@pytest.mark.parametrize("taken", ["dagster", "superset"])
def test_a_taken_port_is_told_before_anything_starts(settings: Settings, taken: str) -> None:
    """Guards against services half started, and against advice that names the wrong option."""
    with socket.socket() as occupant, socket.socket() as probe:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        probe.bind(("127.0.0.1", 0))
        busy, free = occupant.getsockname()[1], probe.getsockname()[1]
        probe.close()
        said: list[str] = []
        ports = (busy, free) if taken == "dagster" else (free, busy)
        with pytest.raises(PortTakenError) as raised:
            serve(settings, "127.0.0.1", ports[0], SupersetSettings(port=ports[1]), said.append)
    assert ("--port" if taken == "dagster" else "--superset-port") in str(raised.value)
    assert said == []
    assert not settings.dagster_home.exists()


def test_an_announcement_counts_while_its_process_lives(settings: Settings) -> None:
    """Guards against provisioning a Superset that was killed and could not take its announcement back."""
    assert running_service(settings) is None
    announcement = superset_home(settings) / "service.json"
    announcement.parent.mkdir(parents=True)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    announcement.write_text(json.dumps({"url": "http://127.0.0.1:8088", "pid": process.pid}), encoding="utf-8")
    assert running_service(settings) == "http://127.0.0.1:8088"
    process.communicate(b"\n")
    assert running_service(settings) is None


def test_address_of_a_service_that_listens_everywhere() -> None:
    """Guards against printing an address nobody can open."""
    assert service_url(SupersetSettings(host="0.0.0.0", port=8090)) == "http://127.0.0.1:8090"


def test_csv_opens_in_a_russian_excel() -> None:
    """Guards against unreadable Cyrillic, one column instead of many, and decimals taken for dates."""
    exported = 'Организация,Доля\n"Школа № 1, г. Ковров",48.6\n"ул. ""Мира""\nдом 2",-0.5\nверсия 1.2.3,\nп. 3.1; 4,7\n'
    rewritten = rewrite_csv(exported, frozenset({"Организация"}))
    assert rewritten.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(rewritten.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows == [
        ["Организация", "Доля"],
        ["Школа № 1, г. Ковров", "48,6"],
        ['ул. "Мира"\nдом 2', "-0,5"],
        ["версия 1.2.3", ""],
        ["п. 3.1; 4", "7"],
    ]


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    """Guards against clause «1.10» that leaves as «1,10»; the rows of a pivot table have no header."""
    rewritten = rewrite_csv("Пункт,Доля,\n1.10,1.10,1.10\n", frozenset({"Пункт"}))
    assert rewritten == "\ufeffПункт;Доля;\r\n1.10;1,10;1.10\r\n"


def test_weak_passwords_are_refused() -> None:
    """Guards against a rule that lets «password12345» in."""
    assert [is_strong(text) for text in ("Ab1", "password12345", "ПАРОЛЬПАРОЛЬ1", "Пароль-Пароль-1")] == [
        False,
        False,
        False,
        True,
    ]
