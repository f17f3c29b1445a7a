"""Commands under another account, also where that account may not reach the interpreter."""

from pathlib import Path

from foundation.sources import ROOT

PYTHON = ROOT / ".venv" / "bin" / "python"
OPENED = """
set -e
mount --bind "$1/$2" /mnt
mount -t tmpfs -o mode=755 none "$1"
mkdir "$1/$2"
mount --bind /mnt "$1/$2"
user=$3
shift 3
exec runuser -u "$user" -- "$@"
"""
"""Seen by this command alone: a folder of which others may open nothing but the part with the interpreter."""


def under(user: str) -> list[str]:
    """What stands before a command that runs under an account; for root."""
    interpreter = PYTHON.resolve()
    closed = next((one for one in reversed(interpreter.parents) if not one.stat().st_mode & 0o001), None)
    if closed is None:
        return ["runuser", "-u", user, "--"]
    return ["unshare", "-m", "sh", "-c", OPENED, "sh", str(closed), _inside(closed, interpreter), user]


def _inside(closed: Path, interpreter: Path) -> str:
    return interpreter.relative_to(closed).parts[0]
