#!/bin/sh
# Guess: max_temp_directory_size limits what queries spill to disk, whether it is given to connect() or set afterwards;
# current_setting() of both says the same.
# What happens: given in the configuration at opening it is shown and not held: a sort spills several times the limit and
# succeeds. Set by a statement afterwards it is held, and the same sort ends with OutOfMemoryException. Whoever locks the
# configuration at opening (lock_configuration in the same dict) has no way left to set it.
# Seen with: duckdb 1.5.6 (Python), Python 3.11. Output:
#   given at opening: shown 19.0 MiB, spilt more than twice the limit: True, query answered
#   set afterwards:   shown 19.0 MiB, spilt more than twice the limit: False, OutOfMemoryException
# Source: found when queries to a published warehouse were given limits of disk.
# Exits 1 when a limit given at opening is held, or one set afterwards is not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==1.5.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import threading
from pathlib import Path

import duckdb

LIMIT = 20_000_000
SORT = "select md5(range::text) as text, range from range(4000000) order by text"


def spilt(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.iterdir())
    except FileNotFoundError:
        return 0


def peak_of(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[int, str]:
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.01):
            peak = max(peak, spilt(folder))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        cursor = connection.execute(SORT)
        while cursor.fetchmany(100_000):
            pass
        outcome = "query answered"
    except duckdb.OutOfMemoryException as error:
        outcome = type(error).__name__
    ended.set()
    watcher.join()
    return peak, outcome


def tell(name: str, connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[bool, str]:
    shown = connection.execute("select current_setting('max_temp_directory_size')").fetchone()[0]
    peak, outcome = peak_of(connection, folder)
    connection.close()
    print(f"{name} shown {shown}, spilt more than twice the limit: {peak > 2 * LIMIT}, {outcome}")
    return peak > 2 * LIMIT, outcome


base = {"threads": 2, "memory_limit": "100MB"}
first = Path("first")
given = duckdb.connect(config={**base, "temp_directory": str(first), "max_temp_directory_size": "20MB"})
over, _ = tell("given at opening:", given, first)
second = Path("second")
later = duckdb.connect(config={**base, "temp_directory": str(second)})
later.execute("set max_temp_directory_size = '20MB'")
over_later, outcome = tell("set afterwards:  ", later, second)
sys.exit(not over or over_later or outcome != "OutOfMemoryException")
PYTHON
