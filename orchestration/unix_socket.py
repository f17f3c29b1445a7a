"""A Unix socket in place of a port: who may connect, the rights of the file say."""

import os
import socket
import stat
from pathlib import Path

from ingestion.errors import UserError

VARIABLE = "VITRINA_DAGSTER_SOCKET"
OWNER_AND_GROUP = 0o660
"""The group is the proxy's way in; the folder of the socket narrows it further."""
LONGEST = 107
"""Bytes of a path that Linux takes for a socket."""


def require_free(path: Path) -> None:
    """Raise UserError when something answers there, when what stands there is no socket, when the path is too long."""
    if len(os.fsencode(path)) > LONGEST:
        raise UserError(f"Слишком длинный путь сокета, байт больше {LONGEST}: {path}. Задайте короче: {VARIABLE}")
    if not _leads_to_socket(path):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:  # left by a service that was killed
            return
    raise UserError(f"Сокет {path} занят другим vitrina serve. Остановите его или задайте другой: {VARIABLE}")


def own_socket(path: Path) -> socket.socket:
    """Bind the socket (0660), in place of one that a killed service left; raises what `require_free` raises."""
    require_free(path)
    path.unlink(missing_ok=True)
    own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    former = os.umask(0o777 & ~OWNER_AND_GROUP)
    try:
        own.bind(str(path))
    finally:
        os.umask(former)
    return own


def _leads_to_socket(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if path.parent.is_dir():
            return False
        raise UserError(f"Нет папки для сокета {path}. Создайте её или задайте другой путь: {VARIABLE}") from None
    if not stat.S_ISSOCK(mode):
        raise UserError(f"{path} - не сокет. Уберите его или задайте другой путь: {VARIABLE}")
    return True
