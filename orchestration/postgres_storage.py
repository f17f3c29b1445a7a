"""Dagster's history in PostgreSQL with its connections kept open, and with patience for a server that restarts.

Dagster opens a connection for every event and every question about one: of a refresh with thousands of them that is a
third of the processor time. And it gives a server six seconds to come back, after which the refresh of a night is lost.
Tables and contents are those of Dagster's own storage. Named in dagster.yaml of VITRINA_HOME (orchestration.home).
"""

from contextlib import AbstractContextManager
from typing import Any

from dagster_postgres import PostgresEventLogStorage, PostgresRunStorage
from dagster_postgres.utils import pg_url_from_config, retry_pg_connection_fn
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.event import listen

from orchestration.dagster_internals import ConfigurableClassData
from orchestration.postgres import SECONDS_TO_CONNECT, remember_loss

ATTEMPTS = 9
"""Of which each waits twice as long as the one before, from a fifth of a second on: about 100 seconds in all."""
KEPT, MORE = 1, 10
"""Connections that stay open, and how many more threads may have one at a time."""


class OpenPostgresEventLog(PostgresEventLogStorage):
    """The event log."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._found: set[str] = set()
        super().__init__(postgres_url, inst_data=inst_data)
        self._engine = _engine_of(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "OpenPostgresEventLog":
        return cls(pg_url_from_config(config_value), inst_data)

    def _connect(self) -> AbstractContextManager[Connection]:
        return _connection_of(self._engine)

    def has_table(self, table_name: str) -> bool:
        """Dagster asks twice a check and once an asset whether its tables are there: they do not go away again."""
        if table_name not in self._found and super().has_table(table_name):
            self._found.add(table_name)
        return table_name in self._found

    def dispose(self) -> None:
        super().dispose()
        self._engine.dispose()


class OpenPostgresRuns(PostgresRunStorage):
    """The list of runs."""

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        self._engine = _engine_of(postgres_url)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "OpenPostgresRuns":
        return cls(pg_url_from_config(config_value), inst_data)

    def connect(self) -> AbstractContextManager[Connection]:
        return _connection_of(self._engine)

    def dispose(self) -> None:
        super().dispose()
        self._engine.dispose()


def _engine_of(address: str) -> Engine:
    """Each statement is a transaction of its own, as in Dagster's engines; a connection is tried before it is used."""
    engine = create_engine(
        address,
        isolation_level="AUTOCOMMIT",
        pool_size=KEPT,
        max_overflow=MORE,
        pool_pre_ping=True,
        connect_args={"connect_timeout": SECONDS_TO_CONNECT},
    )
    listen(engine, "handle_error", _remember)
    return engine


def _remember(context: ExceptionContext) -> None:
    if context.is_disconnect or context.connection is None:
        remember_loss()


def _connection_of(engine: Engine) -> Connection:
    """A connection gives itself back at the end of its block."""
    connection: Connection = retry_pg_connection_fn(engine.connect, retry_limit=ATTEMPTS)
    return connection
