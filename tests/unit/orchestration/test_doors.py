"""Nothing of `vitrina serve` listens beyond this machine without TLS and a login."""

import socket

import pytest

from bi.settings import SupersetSettings
from cli.main import main
from foundation.settings import Settings, get_settings
from ingestion.errors import UserError
from orchestration.doors import is_loopback, require_closed_doors

HERE = ("127.0.0.1", "127.0.0.5", "::1", "localhost")
BEYOND = ("0.0.0.0", "::", "", "10.1.2.3", "192.168.0.1", "2001:db8::1", "no-such-host.invalid")


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_loopback(host: str, settings: Settings) -> None:
    """Guards against a refusal of what reaches nobody."""
    assert is_loopback(host)
    require_closed_doors(settings, host, SupersetSettings(host=host))


@pytest.mark.parametrize("host", BEYOND)
def test_beyond_this_machine_dagster_is_refused(host: str, settings: Settings) -> None:
    """Guards against an interface without a login that anybody in the office may start and stop nights with."""
    assert not is_loopback(host)
    with pytest.raises(UserError, match="прокси с HTTPS и входом"):
        require_closed_doors(settings, host, None)
    behind = settings.model_copy(update={"dagster_behind_login": True})
    require_closed_doors(behind, host, None)
    require_closed_doors(behind, host, SupersetSettings())


def test_a_name_of_two_machines_is_not_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a name of which only the first address is looked at."""
    answers = [(0, 0, 0, "", ("127.0.0.1", 0)), (0, 0, 0, "", ("10.1.2.3", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert not is_loopback("both")


@pytest.mark.parametrize("host", BEYOND)
def test_superset_without_tls_is_refused(host: str, settings: Settings) -> None:
    """Guards against passwords sent in the clear; the login is Superset's own."""
    with pytest.raises(UserError, match="VITRINA_SUPERSET_BEHIND_TLS=true"):
        require_closed_doors(settings, "127.0.0.1", SupersetSettings(host=host))
    require_closed_doors(settings, "127.0.0.1", SupersetSettings(host=host, behind_tls=True))


@pytest.mark.parametrize(
    ("arguments", "variable", "said"),
    [
        (["--host", "0.0.0.0", "--no-superset"], None, "VITRINA_DAGSTER_BEHIND_LOGIN=true"),
        (["--superset-host", "0.0.0.0"], None, "VITRINA_SUPERSET_BEHIND_TLS=true"),
        ([], ("VITRINA_SUPERSET_HOST", "0.0.0.0"), "VITRINA_SUPERSET_BEHIND_TLS=true"),
    ],
)
def test_the_command_refuses_in_words(
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variable: tuple[str, str] | None,
    said: str,
) -> None:
    """Guards against a service that starts all the same, by an option or by a variable, before anything is made."""
    if variable is not None:
        monkeypatch.setenv(*variable)
    before = sorted(settings.home.iterdir())
    assert main(["serve", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "127.0.0.1" in err
    assert sorted(settings.home.iterdir()) == before


@pytest.mark.usefixtures("settings")
def test_the_setting_is_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a next step that does nothing."""
    monkeypatch.setenv("VITRINA_DAGSTER_BEHIND_LOGIN", "true")
    get_settings.cache_clear()
    require_closed_doors(get_settings(), "0.0.0.0", None)
