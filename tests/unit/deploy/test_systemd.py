"""What an administrator copies to /etc: units that systemd understands, hardened, and settings the program knows."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bi.settings import SupersetSettings
from foundation.settings import Settings
from orchestration.alerts.settings import AlertSettings

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 20
"""Of 100, as systemd counts it: 2.0, «OK». An ordinary service has 9.2."""
needs_systemd = pytest.mark.skipif(
    SYSTEMD_ANALYZE is None,
    reason="NOT CHECKED: systemd-analyze is not installed, units in deploy/systemd are not verified",
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with programs that are there: systemd looks for them."""
    program = tmp_path / "opt"
    (program / ".venv" / "bin").mkdir(parents=True)
    (program / ".venv" / "bin" / "vitrina").write_text("#!/bin/sh\n", encoding="utf-8")
    (program / ".venv" / "bin" / "vitrina").chmod(0o755)
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/vitrina", str(program))
        (folder / unit.name).write_text(text, encoding="utf-8")
    return folder


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert SYSTEMD_ANALYZE is not None
    return subprocess.run([SYSTEMD_ANALYZE, *arguments], capture_output=True, text=True, check=False)


@needs_systemd
def test_systemd_understands_every_unit(units: Path) -> None:
    """Guards against a mistyped directive, which systemd ignores with a line in its journal."""
    done = analyze("verify", "--man=no", *sorted(units.iterdir()))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_a_mistyped_directive_is_found(units: Path) -> None:
    """Guards against a check that passes everything."""
    path = units / "vitrina.service"
    path.write_text(path.read_text(encoding="utf-8").replace("ProtectHome", "ProtectHouse"), encoding="utf-8")
    assert "ProtectHouse" in analyze("verify", "--man=no", path).stderr


@needs_systemd
@pytest.mark.parametrize("service", [service.name for service in SERVICES])
def test_services_are_hardened(units: Path, service: str) -> None:
    """Guards against a service that may do what it never needs, once somebody has got into it."""
    done = analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", units / service)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_services_make_private_files_as_their_own_account(service: Path) -> None:
    """Guards against files of root's in the home, and against files open to others."""
    lines = service.read_text(encoding="utf-8").splitlines()
    assert {"User=vitrina", "UMask=0077", "ProtectSystem=strict", "NoNewPrivileges=true"} <= set(lines)


def test_each_timer_has_its_service() -> None:
    """Guards against a timer that starts nothing."""
    timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}
    assert timers
    assert timers <= {service.stem for service in SERVICES}


def test_the_example_names_settings_that_there_are() -> None:
    """Guards against a setting that was renamed and that the program passes over in silence."""
    text = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    named = re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    known = {
        f"{model.model_config['env_prefix']}{name}".upper()
        for model in (Settings, AlertSettings, SupersetSettings)
        for name in model.model_fields
    }
    assert len(named) > 5
    assert set(named) <= known


def test_the_command_has_the_settings_of_the_service(tmp_path: Path) -> None:
    """Guards against a cron line that a shell expands to names of files, and arguments that come apart."""
    program = tmp_path / "opt"
    (program / ".venv" / "bin").mkdir(parents=True)
    stub = program / ".venv" / "bin" / "vitrina"
    stub.write_text('#!/bin/sh\nprintf "%s|" "$VITRINA_HOME" "$VITRINA_REFRESH_CRON" "$@"\n', encoding="utf-8")
    stub.chmod(0o755)
    variables = {"VITRINA_ENVIRONMENT": str(DEPLOY / "environment.example"), "VITRINA_PROGRAM": str(program)}
    done = subprocess.run(
        [DEPLOY / "vitrina", "query", "select 1"],
        env={**os.environ, **variables}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "/srv/vitrina|0 2 * * *|query|select 1|"
