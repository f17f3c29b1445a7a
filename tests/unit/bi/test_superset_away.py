"""A Superset that does not answer: the refresh that sets its dashboards up must come to an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bi import client
from bi.client import Superset, SupersetError

TOKEN = b'{"access_token": "a", "refresh_token": "r"}'


@contextmanager
def server(*answers: bytes | None) -> Iterator[str]:
    """A server that gives each connection its answer in turn; None keeps it open and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        kept = []

        def answer() -> None:
            for body in answers:
                connection, _ = listening.accept()
                kept.append(connection)
                if body is not None:
                    connection.recv(65536)
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                    connection.sendall(head.encode() + body)
                    connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize("answers", [(None,), (TOKEN, None)], ids=["at the sign-in", "after it"])
def test_one_that_is_silent_is_not_waited_for_for_ever(
    answers: tuple[bytes | None, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a night that never ends, with every night after it, because Superset took the call and hung."""
    monkeypatch.setattr(client, "SIGN_IN_SECONDS", 0.3)
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.3)
    with server(*answers) as url, pytest.raises(SupersetError, match="не ответил вовремя"):
        Superset(url, "admin", "p").get("dashboard/")


def test_one_that_is_gone_is_told_in_plain_words() -> None:
    """Guards against the text of a library, English and a page long, in the warning of a refresh."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(SupersetError, match="не отвечает: соединения нет") as raised:
        Superset(url, "admin", "p").get("dashboard/")
    assert "HTTPConnectionPool" not in str(raised.value)


def test_what_is_no_superset_is_told() -> None:
    """Guards against an unexpected error where something else listens at the address."""
    with server(b"hello") as url, pytest.raises(SupersetError, match="не отвечает или не пустил"):
        Superset(url, "admin", "p").get("dashboard/")
