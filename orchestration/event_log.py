"""Dagster's event log in SQLite with its connections kept open.

Dagster opens a connection for every event and every question about one and closes it again; a refresh has thousands of
them, and that was a sixth of its processor time where there is little to compute. Files, tables and contents are those
of Dagster's own storage.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool

from orchestration.dagster_internals import SQLITE_BUSY_TIMEOUT_SECONDS, ConfigurableClassData, SqliteEventLogStorage

# A write-ahead log is whole without waiting for the disk at every event; a power cut may lose the last of them.
SETTLE_LATER = "pragma synchronous = normal"
KEPT = 8
"""Each run has a file of its own, and the web interface looks at many: the least used are closed."""


class OpenEventLog(SqliteEventLogStorage):
    """Named in dagster.yaml of VITRINA_HOME (orchestration.home)."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._found: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "OpenEventLog":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        """One connection to the file of a run, or of the index, for all threads in turn."""
        engine = self._engines.pop(shard, None) or _engine_of(self.conn_string_for_shard(shard))
        self._engines[shard] = engine  # the last used stands last
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        while len(self._engines) > KEPT:
            self._engines.pop(next(iter(self._engines))).dispose()
        return engine

    def has_table(self, table_name: str) -> bool:
        """Dagster asks twice a check and once an asset whether its tables are there: they do not go away again."""
        return self._once_found(f"table {table_name}", lambda: super(OpenEventLog, self).has_table(table_name))

    def has_secondary_index(self, name: str) -> bool:
        """The same of the migrations that are done."""
        return self._once_found(f"migration {name}", lambda: super(OpenEventLog, self).has_secondary_index(name))

    def _once_found(self, what: str, look: Callable[[], bool]) -> bool:
        """Remember a yes; a no may change with a migration."""
        if what not in self._found and look():
            self._found.add(what)
        return what in self._found

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def _engine_of(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=StaticPool,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    listen(engine, "connect", lambda connection, _: connection.execute(SETTLE_LATER))
    return engine
