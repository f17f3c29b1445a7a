#!/bin/sh
# Guess: DuckDB's Python client finds out once whether pandas is installed; binding an integer or a text to a statement
# has nothing to do with it.
# What happens: where pandas is not installed, every bound parameter makes the client try to import it anew, twice: the
# whole path of modules is searched each time. In our environment this was half the processor time of small
# statements with parameters. Statements without parameters are not concerned; with pandas installed the search
# ends at once.
# Seen with: duckdb 1.5.6, Python 3.11. Output:
#   100 statements of two parameters: 400 searches for pandas
#   100 statements of none: 0 searches for pandas
# Source: a profile of loading small files, in which importlib's finders stood high.
# Exits 1 when the searches are fewer than one a parameter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==1.5.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import duckdb


class Watch:
    searches = 0

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        self.searches += name == "pandas"


connection = duckdb.connect()
connection.execute("create table t (number integer, word text)")
watch = Watch()
sys.meta_path.insert(0, watch)
for number in range(100):
    connection.execute("insert into t values (?, ?)", [number, "a"])
bound = watch.searches
print("100 statements of two parameters:", bound, "searches for pandas")
watch.searches = 0
for number in range(100):
    connection.execute("insert into t values (1, 'a')")
print("100 statements of none:", watch.searches, "searches for pandas")
if bound < 200 or watch.searches:
    sys.exit("changed: pandas is no longer searched for with each parameter")
PYTHON
