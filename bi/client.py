"""A session with Superset's REST API: the client library signs in and holds the session, the rest is plain HTTP."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.adapters
from supersetapiclient.base import raise_for_status
from supersetapiclient.client import SupersetClient

PAGE_SIZE = 100
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EXCERPT = 500
SIGN_IN_SECONDS = 60
ANSWER_SECONDS = 600
"""An import of all dashboards on a busy machine takes minutes; a night that waits for an answer for ever never ends."""


class SupersetError(Exception):
    """Superset refused or does not answer; the message is Russian and names the call."""


class _Patient(requests.adapters.HTTPAdapter):
    """Waits for an answer as long as it may take, not for ever; the client library sets no limit."""

    def send(self, *arguments: Any, **named: Any) -> requests.Response:
        if named.get("timeout") is None:
            named["timeout"] = ANSWER_SECONDS
        return super().send(*arguments, **named)


class _Client(SupersetClient):
    """The client library, which asks no server for ever."""

    http_adapter_cls = _Patient  # type: ignore[assignment]  # superset-client has no types

    def authenticate(self) -> dict[str, Any]:
        """Sign in, as the library does; it would wait for ever."""
        who = {"username": self.username, "password": self._password, "provider": self.provider, "refresh": "true"}
        response = requests.post(self.login_endpoint, json=who, timeout=SIGN_IN_SECONDS)
        raise_for_status(response)  # type: ignore[no-untyped-call]  # superset-client has no types
        token: dict[str, Any] = response.json()
        return token


class Superset:
    """Calls to one Superset as one user."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url.rstrip("/")
        if urlsplit(self.url).hostname in LOOPBACK:
            # The library under the client refuses to send a token over plain HTTP; here it never leaves the machine.
            os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")
        self._client = _Client(self.url, username, password)  # type: ignore[no-untyped-call]  # superset-client has no types

    def request(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """The raw answer to /api/v1/<path> (or to a path that starts with a slash)."""
        address = self.url + path if path.startswith("/") else f"{self.url}/api/v1/{path}"
        try:
            response: requests.Response = self._client.session.request(method, address, **arguments)
        except requests.Timeout as error:
            raise SupersetError(f"Superset по адресу {self.url} не ответил вовремя ({method} {path})") from error
        except requests.ConnectionError as error:
            raise SupersetError(
                f"Superset по адресу {self.url} не отвечает: соединения нет, или оно прервано"
            ) from error
        except requests.RequestException as error:
            raise SupersetError(f"Superset по адресу {self.url} не отвечает или не пустил: {error}") from error
        return response

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """The JSON of an answer; raises SupersetError unless the call succeeded."""
        response = self.request(method, path, **arguments)
        if not response.ok:
            raise SupersetError(f"Superset: {method} {path}: {response.status_code} {response.text[:EXCERPT]}")
        return response.json()

    def get(self, path: str, **query: Any) -> Any:
        """GET with Superset's own `q` argument made of `query`."""
        return self.call("GET", path, params={"q": json.dumps(query)} if query else None)

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", path, json=body)

    def put(self, path: str, **body: Any) -> Any:
        return self.call("PUT", path, json=body)

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)

    def every(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page."""
        page = 0
        while True:
            rows: list[dict[str, Any]] = self.get(path, page=page, page_size=PAGE_SIZE, **query)["result"]
            yield from rows
            if len(rows) < PAGE_SIZE:
                return
            page += 1
