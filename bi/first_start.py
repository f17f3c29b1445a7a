"""What Superset needs before it serves: secrets, tables, roles, the administrator. Done once for each version."""

import hashlib
import hmac
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bi.secret_files import admin_password, admin_password_file, create_secrets, make_superset_home, secret_key
from bi.settings import ENVIRONMENT, SupersetSettings, superset_home
from foundation.settings import Settings

BIN = ENVIRONMENT / ".venv" / "bin"
SQLITE = "sqlite:///{}?check_same_thread=false"

Waiter = Callable[[Callable[[], bool]], None]
"""Returns when something has happened; raises when the wait is called off."""


class ServiceError(Exception):
    """Superset cannot be started; the message is Russian and says what to do."""


def check_installed() -> None:
    """Raise unless Superset's environment is there."""
    if not (BIN / "gunicorn").is_file():
        raise ServiceError("Среда Superset не установлена: make superset. Без дашбордов: vitrina serve --no-superset")


def child_environment(settings: Settings, options: SupersetSettings) -> dict[str, str]:
    """Variables of Superset's processes; of ours those that superset_config.py reads, so not the key of pseudonyms."""
    foreign = ("VITRINA_", "PYTHON", "SUPERSET")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **kept,
        "SUPERSET_CONFIG_PATH": str(ENVIRONMENT / "superset_config.py"),
        "SUPERSET_HOME": str(superset_home(settings)),
        "VITRINA_HOME": str(settings.home),
        "VITRINA_SUPERSET_SECRET_KEY": secret_key(settings, options),
        "VITRINA_SUPERSET_METADATA_URI": metadata_uri(settings, options),
        "VITRINA_SUPERSET_CACHE_SECONDS": str(options.cache_seconds),
        "VITRINA_SUPERSET_QUERY_SECONDS": str(options.query_seconds),
        "VITRINA_SUPERSET_BEHIND_TLS": str(options.behind_tls),
    }


def metadata_uri(settings: Settings, options: SupersetSettings) -> str:
    """Where Superset keeps users and dashboards."""
    if options.metadata_uri is not None:
        return options.metadata_uri.get_secret_value()
    return SQLITE.format(_sqlite_file(settings))


def prepare(settings: Settings, options: SupersetSettings, say: Callable[[str], None], wait: Waiter) -> None:
    """Initialise Superset unless this version already did it on these metadata with this password."""
    check_installed()
    new_password = create_secrets(settings, options)
    if new_password is not None:
        say(f"Superset: пользователь admin, пароль {new_password}")
        say(f"  (показан один раз, хранится в {admin_password_file(settings)}, доступ только владельцу)")
    fingerprint = _fingerprint(settings, options)
    marker = superset_home(settings) / "initialised"
    if marker.is_file() and marker.read_text(encoding="utf-8") == fingerprint and _metadata_there(settings, options):
        return
    say("Superset: первый запуск этой версии, создаются таблицы и роли (до минуты)")
    marker.unlink(missing_ok=True)
    with _metadata_to_initialise(settings, options) as uri:
        _initialise(settings, options, uri, wait)
    marker.write_text(fingerprint, encoding="utf-8")


def _fingerprint(settings: Settings, options: SupersetSettings) -> str:
    """Changes with Superset's version, our configuration of it, the metadata and the administrator's password."""
    parts = [
        *sorted(path.name for path in (ENVIRONMENT / ".venv").glob("lib/*/site-packages/apache_superset-*.dist-info")),
        *(path.read_text(encoding="utf-8") for path in sorted(ENVIRONMENT.glob("*.py"))),
        metadata_uri(settings, options),
        admin_password(settings, options),
    ]
    return hmac.new(secret_key(settings, options).encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def _sqlite_file(settings: Settings) -> Path:
    return superset_home(settings) / "superset.db"


def _metadata_there(settings: Settings, options: SupersetSettings) -> bool:
    return options.metadata_uri is not None or _sqlite_file(settings).is_file()


@contextmanager
def _metadata_to_initialise(settings: Settings, options: SupersetSettings) -> Iterator[str]:
    """A copy of the SQLite file that takes its place in the end: SQLite leaves a migration cut short half done.

    PostgreSQL rolls such a migration back.
    """
    if options.metadata_uri is not None:
        yield options.metadata_uri.get_secret_value()
        return
    standing = _sqlite_file(settings)
    partial = standing.with_name("superset.db.partial")
    partial.unlink(missing_ok=True)
    if standing.is_file():
        shutil.copy2(standing, partial)
    yield SQLITE.format(partial)
    partial.replace(standing)


def _initialise(settings: Settings, options: SupersetSettings, uri: str, wait: Waiter) -> None:
    log = log_folder(settings) / "first_start.log"
    environment = {
        **child_environment(settings, options),
        "VITRINA_SUPERSET_METADATA_URI": uri,
        "VITRINA_SUPERSET_ADMIN_PASSWORD": admin_password(settings, options),
    }
    with log.open("wb") as stream:
        child = subprocess.Popen(
            [str(BIN / "python"), str(ENVIRONMENT / "initialise.py")],
            env=environment,
            cwd=superset_home(settings),
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    try:
        wait(lambda: child.poll() is not None)
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
    if child.returncode != 0:
        raise ServiceError(f"Superset не инициализирован, причина в конце журнала {log}. После исправления повторите.")


def log_folder(settings: Settings) -> Path:
    """VITRINA_HOME/superset/logs."""
    folder = make_superset_home(settings) / "logs"
    folder.mkdir(exist_ok=True)
    return folder
