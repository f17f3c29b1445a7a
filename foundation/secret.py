"""The key of person_key: made once, kept outside the database and the repository."""

import os
import secrets

from foundation.settings import Settings


def create_secret(settings: Settings) -> bool:
    """Write VITRINA_HOME/secret (0600) unless one is there already; True when it was newly made."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(settings.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(secrets.token_hex(32) + "\n")
    return True
