"""Superset's secrets: from the environment, else from files of mode 0600, generated on the first start."""

import os
import secrets
from pathlib import Path

from bi.settings import SupersetSettings, superset_home
from foundation.settings import Settings

PASSWORD_LENGTH = 20
PASSWORD_SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without signs that look alike: people type it."""


def make_superset_home(settings: Settings) -> Path:
    """VITRINA_HOME/superset, closed to others."""
    folder = superset_home(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def admin_password_file(settings: Settings) -> Path:
    return superset_home(settings) / "admin_password"


def create_secrets(settings: Settings, options: SupersetSettings) -> str | None:
    """Make the secrets that are not there yet; the administrator's password when it is new, else None."""
    folder = make_superset_home(settings)
    if options.secret_key is None:
        _write_once(folder / "secret_key", secrets.token_urlsafe(48))
    if options.admin_password is not None:
        return None
    password = new_password()
    return password if _write_once(admin_password_file(settings), password) else None


def secret_key(settings: Settings, options: SupersetSettings) -> str:
    """What Superset signs sessions with."""
    if options.secret_key is not None:
        return options.secret_key.get_secret_value()
    return (superset_home(settings) / "secret_key").read_text(encoding="utf-8").strip()


def admin_password(settings: Settings, options: SupersetSettings) -> str:
    """The password of the user `admin`."""
    if options.admin_password is not None:
        return options.admin_password.get_secret_value()
    return admin_password_file(settings).read_text(encoding="utf-8").strip()


def new_password() -> str:
    """Random, with what Superset's check of passwords asks for (superset/adjustments.py)."""
    while True:
        password = "".join(secrets.choice(PASSWORD_SIGNS) for _ in range(PASSWORD_LENGTH))
        if all(any(kind(sign) for sign in password) for kind in (str.islower, str.isupper, str.isdigit)):
            return password


def _write_once(path: Path, text: str) -> bool:
    """Write a file only its owner may read, whole or not at all; False when it is there already."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text + "\n")
    try:
        path.hardlink_to(partial)
    except FileExistsError:
        return False
    finally:
        partial.unlink()
    return True
