"""Where a refresh tells how far it is: the terminal of `vitrina refresh`, nowhere at night."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    return


_listener: ContextVar[Progress] = ContextVar("refresh_progress", default=_silent)


def tell(text: str) -> None:
    """Report a step to whoever listens."""
    _listener.get()(text)


@contextmanager
def listening(listener: Progress | None) -> Iterator[None]:
    """Send the steps told within to a listener."""
    token = _listener.set(listener or _silent)
    try:
        yield
    finally:
        _listener.reset(token)
