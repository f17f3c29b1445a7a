"""Who acts: the user of the operating system."""

import getpass


def system_user() -> str | None:
    """The name of the user this process runs as; None where the system does not tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None
