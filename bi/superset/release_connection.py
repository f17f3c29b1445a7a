"""How Superset opens the release: by its real path, with a folder for temporary files of its own, locked.

Runs inside Superset's own environment; superset_config.py hands over what Superset is about to connect with.
"""

import os
import threading
from functools import partial
from pathlib import Path
from typing import Any

SET_WHEN_OPEN = ("max_temp_directory_size", "lock_configuration")
"""DuckDB keeps no limit of the disk that is given when it opens (findings/); the lock comes after it."""
_LOCKING = threading.Lock()


def open_release(uri: Any, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The address and the parameters of the engine; those of other databases stay as they are.

    DuckDB shares an open instance per path, so the path must name the release and not the link to it. It names its
    temporary files alike in every process, so processes that share a folder read one another's rows.
    """
    if uri.get_backend_name() != "duckdb" or not uri.database:
        return uri, params
    path = os.path.realpath(uri.database)
    arguments = dict(params.get("connect_args", {}))
    config = dict(arguments.get("config", {}))
    if "temp_directory" in config:
        config["temp_directory"] = _own_folder(config["temp_directory"], Path(path).parent.name)
    when_open = {name: config.pop(name) for name in SET_WHEN_OPEN if name in config}
    arguments["config"] = config
    events = [*params.get("pool_events", []), (partial(_set, when_open), "connect")]
    return uri.set(database=path), {**params, "connect_args": arguments, "pool_events": events}


def _own_folder(folder: str, release_id: str) -> str:
    """As publishing/query_folders.py names it, which removes what dead processes left. DuckDB makes the last part."""
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(Path(folder) / f"{os.getpid()}-{release_id}")


def _set(values: dict[str, str], connection: Any, _record: Any) -> None:
    """Connections of one process share an instance: it is locked by whoever comes first."""
    with _LOCKING:
        if connection.execute("select current_setting('lock_configuration')").fetchone()[0]:
            return
        for name, value in values.items():
            connection.execute(f"set {name} = '{value}'")
