#!/bin/sh
# Guess: the configuration given to connect() is a set of settings; if its order matters at all, what shall still be
# settable has to stand before what closes it.
# What happens: the other way round. With enable_external_access=false and a temp_directory in one configuration, DuckDB
# opens the database when access is closed first and the folder named after it, and raises PermissionException («modifying
# the temp_directory has been disabled») when the folder stands first. lock_configuration and all other keys may stand
# anywhere. A layer between that sorts the keys, or merges two dicts, decides whether the connection opens.
# Seen with: duckdb 1.5.6 (Python), Python 3.11. Output:
#   orders in which the folder comes after the closing: 60 opened, 0 refused
#   orders in which the folder comes before the closing: 0 opened, 60 refused
# Source: found when queries of a dashboard server got a folder of their own for temporary files.
# Exits 1 when the order is of no matter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==1.5.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import itertools
import sys
from collections import Counter

import duckdb

duckdb.connect("some.duckdb").close()
settings = [
    ("threads", 1),
    ("memory_limit", "500MB"),
    ("temp_directory", "temporary"),
    ("enable_external_access", "false"),
    ("lock_configuration", "true"),
]
found = Counter()
for order in itertools.permutations(settings):
    keys = [key for key, _ in order]
    comes = "after" if keys.index("temp_directory") > keys.index("enable_external_access") else "before"
    try:
        duckdb.connect("some.duckdb", read_only=True, config=dict(order)).close()
        found[comes, "opened"] += 1
    except duckdb.PermissionException:
        found[comes, "refused"] += 1
for comes in ("after", "before"):
    counts = f"{found[comes, 'opened']} opened, {found[comes, 'refused']} refused"
    print(f"orders in which the folder comes {comes} the closing: {counts}")
sys.exit(found["after", "refused"] > 0 or found["before", "opened"] > 0)
PYTHON
