"""Real servers on this machine: one that takes mail, one that takes JSON."""

import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

REDIRECTS = (301, 302, 303, 307, 308)
USER, PASSWORD = "vitrina", "not-for-any-log-1"


class Mailbox:
    """What came in; `refuses` makes the server turn an address away."""

    def __init__(self, refuses: str | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self._refuses = refuses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address == self._refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=default)))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"

    def texts(self) -> list[str]:
        return [letter.get_content() for letter in self.letters]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and says nothing; its number."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@contextmanager
def mail_server(box: Mailbox, port: int | None = None, **options: Any) -> Iterator[int]:
    """An SMTP server as long as the block lasts; its port."""
    controller = Controller(box, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def only_with_password(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    """An authenticator of aiosmtpd."""
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)  # not handled: the server itself refuses


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of localhost made for this test, and a server's context with it."""
    key, own = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", own],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    return own, context


class Webhook:
    """What was posted; `status` is what the server answers, with a body that never comes when `endless`."""

    def __init__(self, status: int = 200, *, endless: bool = False) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.status = status
        self.endless = endless


@contextmanager
def webhook_server(hook: Webhook) -> Iterator[str]:
    """An HTTP server as long as the block lasts; its address, with a token in it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posts.append((self.path, json.loads(body)))
            self.send_response(hook.status)
            if hook.status in REDIRECTS:
                self.send_header("Location", "/login")
            if hook.endless:
                self.send_header("Content-Length", "1000")
            self.end_headers()
            if hook.endless:
                self.wfile.flush()
                self.rfile.read(1)  # until the other side goes

        def do_GET(self) -> None:
            self.send_response(200)  # a page to sign in at
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/secret-token"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
