"""The operating guide against the program: a command that is gone is found by a test, not at night."""

import re
from pathlib import Path

import pytest
import typer

from bi.settings import SupersetSettings
from cli.main import app
from foundation.settings import Settings
from orchestration.alerts.settings import AlertSettings
from orchestration.postgres import POSTGRES_VARIABLE
from orchestration.retention import HistorySettings

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?:(?<=`)|(?<=vitrina )|(?<=-old ))vitrina\s+([a-z]+)((?: --[a-z-]+)?)")
"""After «sudo -u vitrina », in quotation marks of code, or behind a setting."""


def verbs() -> dict[str, set[str]]:
    """Each verb of the command and its options."""
    group = typer.main.get_command(app)
    assert hasattr(group, "commands")
    return {name: {option for one in command.params for option in one.opts} for name, command in group.commands.items()}


def test_every_command_of_the_guide_is_one() -> None:
    """Guards against a step that ends in «нет такой команды», and against a pattern that finds none."""
    known = verbs()
    named = [(verb, option.strip()) for verb, option in COMMAND.findall(GUIDE)]
    assert {"init", "doctor", "alert", "backup", "restore", "verify", "status", "provision"} <= {
        verb for verb, _ in named
    }
    unknown = [(verb, option) for verb, option in named if verb not in known or (option and option not in known[verb])]
    assert unknown == []


def test_every_setting_of_the_guide_is_one() -> None:
    """Guards against a setting that does nothing."""
    known = {
        f"{model.model_config['env_prefix']}{name}".upper()
        for model in (Settings, AlertSettings, SupersetSettings, HistorySettings)
        for name in model.model_fields
    }
    assert set(re.findall(r"\bVITRINA_[A-Z_]+\b", GUIDE)) <= known | {POSTGRES_VARIABLE}


@pytest.mark.parametrize("page", ["operating.md", "operator.md"])
def test_links_lead_somewhere(page: str) -> None:
    """Guards against a link to a heading that was renamed."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([a-z]*(?:\.md)?)(?:#([^)]+))?\)", text):
        other = text if not target else (ROOT / "docs" / target).read_text(encoding="utf-8")
        headings = [re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in other.splitlines()]
        assert not anchor or anchor in headings, f"{page}: {target}#{anchor}"


def test_files_it_installs_are_there() -> None:
    """Guards against an installation that stops half way."""
    for name in re.findall(r"\bdeploy/[a-z./]+[a-z]", GUIDE):
        assert list(ROOT.glob(f"{name}*")), name
