"""Every name of Dagster that it does not promise to keep and that we use, in one place; nobody else imports such names.

`RELIED_ON` says what we need of them. tests/unit/orchestration/test_relied_on.py compares it with the installed
version, so that an upgrade fails in words and not in a night.
"""

from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

from orchestration.relied import Relied

__all__ = [
    "RELIED_ON", "SQLITE_BUSY_TIMEOUT_SECONDS", "AssetCheckExecutionsTable", "ConfigurableClassData",
    "SqlEventLogStorage", "SqliteEventLogStorage",
]  # fmt: skip


_SQLITE = ("dagster._core.storage.event_log.sqlite.sqlite_event_log", "SqliteEventLogStorage")
_POSTGRES = ("dagster_postgres", "PostgresEventLogStorage")
_POSTGRES_RUNS = ("dagster_postgres", "PostgresRunStorage")
_SQL = ("dagster._core.storage.event_log.sql_event_log", "SqlEventLogStorage")
_CHECKS = "orchestration/retention.py removes the records of checks that a removed run leaves"
_OPEN = "orchestration/event_log.py keeps connections open"
_OPEN_POSTGRES = "orchestration/postgres_storage.py keeps connections open and waits for a server that restarts"

RELIED_ON = (
    Relied(*_SQL, "index_connection", (), _CHECKS),
    Relied(*_SQLITE, "__init__", ("base_dir", "inst_data"), _OPEN),
    Relied(*_SQLITE, "from_config_value", ("inst_data", "config_value"), _OPEN),
    Relied(*_SQLITE, "_connect", ("shard",), _OPEN, source="self._db_lock"),
    Relied(*_SQLITE, "run_connection", ("run_id",), _OPEN, source="self._connect("),
    Relied(*_SQLITE, "index_connection", (), _OPEN, source="self._connect("),
    Relied(*_SQLITE, "conn_string_for_shard", ("shard_name",), _OPEN),
    Relied(*_SQLITE, "_initdb", ("engine", "for_index_shard"), _OPEN),
    Relied(*_SQLITE, "has_table", ("table_name",), _OPEN),
    Relied(*_SQLITE, "has_secondary_index", ("name",), _OPEN),
    Relied(*_SQLITE, "dispose", (), _OPEN),
    Relied(*_POSTGRES, "__init__", ("postgres_url", "should_autocreate_tables", "inst_data", "token_provider"),
           _OPEN_POSTGRES, source="self._engine = create_pg_engine("),
    Relied(*_POSTGRES, "from_config_value", ("inst_data", "config_value"), _OPEN_POSTGRES),
    Relied(*_POSTGRES, "_connect", (), _OPEN_POSTGRES, source="self._engine"),
    Relied(*_POSTGRES, "run_connection", ("run_id",), _OPEN_POSTGRES, source="self._connect()"),
    Relied(*_POSTGRES, "index_connection", (), _OPEN_POSTGRES, source="self._connect()"),
    Relied(*_POSTGRES, "has_table", ("table_name",), _OPEN_POSTGRES),
    Relied(*_POSTGRES, "dispose", (), _OPEN_POSTGRES),
    Relied(*_POSTGRES_RUNS, "__init__", ("postgres_url", "should_autocreate_tables", "inst_data", "token_provider"),
           _OPEN_POSTGRES, source="self._engine = create_pg_engine("),
    Relied(*_POSTGRES_RUNS, "from_config_value", ("inst_data", "config_value"), _OPEN_POSTGRES),
    Relied(*_POSTGRES_RUNS, "connect", (), _OPEN_POSTGRES, source="self._engine"),
    Relied("dagster_postgres.utils", "", "pg_url_from_config", ("config_value",), _OPEN_POSTGRES),
    Relied("dagster_postgres.utils", "", "retry_pg_connection_fn", ("fn", "retry_limit", "retry_wait"), _OPEN_POSTGRES,
           source="Backoff.EXPONENTIAL"),
)  # fmt: skip
