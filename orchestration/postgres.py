"""The server with Dagster's history, when VITRINA_DAGSTER_POSTGRES_URL is set: its address, and whether it answers.

No message quotes the address: the password stands in it.
"""

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from foundation.system_errors import causes
from ingestion.errors import UserError
from orchestration.progress import tell

POSTGRES_VARIABLE = "VITRINA_DAGSTER_POSTGRES_URL"
DRIVER = "postgresql+psycopg2"
"""Named in full: SQLAlchemy takes another one for plain `postgresql`, which dagster-postgres does not bring."""
SCHEMES = frozenset({"postgresql", "postgres", DRIVER})
SECONDS_TO_WAIT = 100
SECONDS_TO_CONNECT = 10
"""After which a server that says nothing is taken for one that is away."""
SECONDS_BETWEEN_ATTEMPTS = 2
LIBRARIES = ("dagster_postgres", "psycopg2", "sqlalchemy")
LOST = "PostgreSQL с историей Dagster пропал посреди обновления"
EXAMPLE = "postgresql://имя:пароль@сервер:5432/база"


class HistoryAwayError(ConnectionError):
    """PostgreSQL with Dagster's history does not answer; the message is Russian and has no password in it."""

    def __init__(self, reason: str, place: str) -> None:
        super().__init__(None, f"PostgreSQL с историей Dagster не отвечает: {reason}", place)

    def __str__(self) -> str:
        return f"{self.strerror} ({self.filename})"


def history_in_postgres() -> bool:
    """Whether Dagster's history is in PostgreSQL, by the setting."""
    return bool(os.environ.get(POSTGRES_VARIABLE))


@contextmanager
def history_beside_the_data() -> Iterator[None]:
    """Keep the history of a home that is there for a while out of the server, where another one has its runs."""
    address = os.environ.pop(POSTGRES_VARIABLE, None)
    try:
        yield
    finally:
        if address is not None:
            os.environ[POSTGRES_VARIABLE] = address


def complete_address() -> None:
    """Name the driver in the setting, for this process and its children; raises UserError for what is no address."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - half a second, for those who have the setting
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        url = make_url(os.environ[POSTGRES_VARIABLE])
    except (ArgumentError, ValueError):
        raise _no_address("не разбирается") from None
    if url.drivername not in SCHEMES:
        raise _no_address(f"начинается с «{url.drivername}»")
    if not url.host and not url.query.get("host"):
        raise _no_address("нет сервера")
    if "@" in (url.host or ""):
        raise _no_address("в пароле знак «@», в адресе его пишут «%40»")
    if not url.database:
        raise _no_address("нет базы")
    for package in ("dagster_postgres", "psycopg2"):
        if find_spec(package) is None:
            raise UserError(
                f"Задана {POSTGRES_VARIABLE}, а пакета {package.replace('_', '-')} в среде программы нет. Поставьте "
                "её целиком: make bootstrap"
            )
    os.environ[POSTGRES_VARIABLE] = url.set(drivername=DRIVER).render_as_string(hide_password=False)


def _no_address(fault: str) -> UserError:
    return UserError(
        f"Настройка {POSTGRES_VARIABLE} не годится: {fault}. Пример: {EXAMPLE}; знаки @ : / % # ? в пароле пишутся "
        "кодами (%40 %3A %2F %25 %23 %3F)"
    )


def wait_for_history() -> None:
    """Return when the server answers, at once when there is none; raises HistoryAwayError after SECONDS_TO_WAIT."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while (away := history_away()) is not None:
        if time.monotonic() >= deadline:
            raise away
        tell(f"Ожидание: {away.strerror}")
        time.sleep(SECONDS_BETWEEN_ATTEMPTS)


_losses: deque[float] = deque(maxlen=1)


def remember_loss() -> None:
    """Note that a connection broke or did not come about; most are made up for by the next attempt."""
    _losses.append(time.monotonic())


def history_lost_since(moment: float) -> bool:
    """Whether a connection broke after `moment` (of time.monotonic)."""
    return any(loss >= moment for loss in _losses)


def comes_from_history(error: BaseException) -> bool:
    """Whether an error is of the libraries that speak to the server, itself or what it follows from."""
    return history_in_postgres() and any(type(one).__module__.split(".")[0] in LIBRARIES for one in causes(error))


def history_away() -> HistoryAwayError | None:
    """What is wrong with the server now; None when it answers or when the history is in SQLite."""
    if not history_in_postgres():
        return None
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    url = make_url(os.environ[POSTGRES_VARIABLE])
    place = f"{url.host or url.query.get('host')}:{url.port or 5432}/{url.database}"
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": SECONDS_TO_CONNECT})
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        return HistoryAwayError(_first_line(error), place)
    return None


def _first_line(error: Exception) -> str:
    """The server's own word; libpq names host, user and database in it, never the password."""
    lines = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()
    return lines[0].rpartition("failed: ")[2].strip() if lines else type(error).__name__
