"""Dagster's event log in SQLite with its connections kept open.

Dagster opens a connection for every event and every question about one and closes it again; a refresh has thousands of
them, and that was a sixth of its processor time where there is little to compute. Files, tables and contents are those
of Dagster's own storage.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster import EventLogEntry
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.event import listen
from sqlalchemy.pool import StaticPool

from orchestration.dagster_internals import SQLITE_BUSY_TIMEOUT_SECONDS, ConfigurableClassData, SqliteEventLogStorage

# A write-ahead log is whole without waiting for the disk at every event; a power cut may lose the last of them.
SETTLE_LATER = "pragma synchronous = normal"
KEPT = 8
"""Each run has a file of its own, and the web interface looks at many: the least used are closed."""


class _Batch:
    """The transactions of one batch, one a file, begun when something is first written there."""

    def __init__(self, transactions: ExitStack) -> None:
        self._transactions = transactions
        self._connections: dict[str, Connection] = {}

    def connection(self, shard: str, engine: Callable[[str], Engine]) -> Connection:
        if shard not in self._connections:
            self._connections[shard] = self._transactions.enter_context(engine(shard).begin())
        return self._connections[shard]


class OpenEventLog(SqliteEventLogStorage):
    """Named in dagster.yaml of VITRINA_HOME (orchestration.home)."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._found: set[str] = set()
        self._batch: _Batch | None = None
        self._lock = threading.RLock()  # whoever writes a batch takes it once more for each of its events
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "OpenEventLog":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._lock:
            if self._batch is not None:
                yield self._batch.connection(shard, self._engine)
                return
            with self._engine(shard).begin() as connection:
                yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """All of them in one transaction a file, or none: Dagster then stores them one by one.

        Dagster makes batches of what a run has planned, a third of its events (DAGSTER_EVENT_BATCH_SIZE).
        """
        with self._lock, ExitStack() as transactions:
            self._batch = _Batch(transactions)
            try:
                super().store_event_batch(events)
            finally:
                self._batch = None

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
