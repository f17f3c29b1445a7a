"""A Unix socket in place of a port: its rights, and what stands in its place."""

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.errors import UserError
from orchestration.unix_socket import LONGEST, own_socket, require_free


@pytest.fixture
def path() -> Iterator[Path]:
    """In a folder of a short name: pytest's own are near the limit of a socket's path."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "dagster.sock"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_owner_and_group_alone_may_connect(path: Path, mask: int) -> None:
    """Guards against an interface that any account of the machine may stop nights with, whatever the umask was."""
    former = os.umask(mask)
    try:
        with own_socket(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert os.umask(mask) == mask, "files of the service keep the rights they had"
    finally:
        os.umask(former)


def test_a_socket_left_by_a_killed_service_is_taken_over(path: Path) -> None:
    """Guards against a service that does not start again until somebody removes a file."""
    own_socket(path).close()
    assert path.is_socket()
    with own_socket(path) as own:
        own.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))


def test_a_socket_in_use_is_left_alone(path: Path) -> None:
    """Guards against two services, the first of which nobody reaches any more."""
    with own_socket(path) as own:
        own.listen()
        with pytest.raises(UserError, match="занят другим vitrina serve"):
            own_socket(path)
        assert path.is_socket()


def test_a_file_is_no_socket_and_stays(path: Path) -> None:
    """Guards against a mistyped setting that removes a file."""
    path.write_text("ценное", encoding="utf-8")
    with pytest.raises(UserError, match="не сокет"):
        own_socket(path)
    assert path.read_text(encoding="utf-8") == "ценное"


def test_a_path_that_cannot_be_is_told_with_its_setting(path: Path) -> None:
    """Guards against «AF_UNIX path too long» and «No such file or directory» from the depths of a log."""
    with pytest.raises(UserError, match="VITRINA_DAGSTER_SOCKET"):
        require_free(path.parent / "no" / "dagster.sock")
    with pytest.raises(UserError, match=f"больше {LONGEST}.*VITRINA_DAGSTER_SOCKET"):
        require_free(path.parent / ("д" * 60))
