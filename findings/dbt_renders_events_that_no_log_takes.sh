#!/bin/sh
# Guess: an event below the log level costs dbt next to nothing: `--log-level info` is how one makes a large nightly run
# cheap, and a log file at info holds little because little is made.
# What happens: every event of a run is turned into its whole line of JSON, once for the terminal's log and once for the
# file's, and only then does Python's logger ask for the level and drop it. Of ten models, whose run writes some thirty
# lines, hundreds are rendered and thrown away; of a project of 140 models it was a fifth of dbt's processor time. Only
# the level none, given for both, makes no lines: there are no loggers then, and a callback can write what is wanted.
# Seen with: dbt-core 1.11.16, dbt-common 1.39.0, dbt-duckdb 1.10.1, Python 3.11. Output:
#   level info: lines written 33, lines rendered 698
#   level none: lines written 0, lines rendered 0
# (the counts may vary by a few; at least five rendered for one written is what is asserted)
# Source: measured while a nightly build was made cheaper; class _Logger, method write_line, of dbt-common.
# Exits 1 when dbt asks for the level first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q dbt-core==1.11.16 dbt-common==1.39.0 dbt-duckdb==1.10.1
mkdir -p "$folder/project/models"
cd "$folder/project"
cat > dbt_project.yml <<'YAML'
name: seen
version: "1.0"
profile: seen
YAML
cat > profiles.yml <<'YAML'
seen:
  target: dev
  outputs:
    dev: {type: duckdb, path: seen.duckdb, threads: 1}
YAML
for number in 1 2 3 4 5 6 7 8 9 10; do
    echo "select $number as id" > "models/model_$number.sql"
done
cat > run.py <<'PYTHON'
import io
import sys
from contextlib import redirect_stdout

from dbt.cli.main import dbtRunner
from dbt_common.events import logger

rendered = 0
render = logger._JsonLogger.create_line


def counted(self, message):
    global rendered
    rendered += 1
    return render(self, message)


logger._JsonLogger.create_line = counted
level = sys.argv[1]
flags = ["--log-format", "json", "--log-level", level, "--log-format-file", "json", "--log-level-file", level]
written = io.StringIO()
with redirect_stdout(written):
    outcome = dbtRunner().invoke([*flags, "run", "--profiles-dir", "."])
assert outcome.success, outcome.exception
print(len(written.getvalue().splitlines()), rendered)
PYTHON
export DBT_SEND_ANONYMOUS_USAGE_STATS=false
"$folder/venv/bin/python" run.py info | tail -1 > info.txt
"$folder/venv/bin/python" run.py none | tail -1 > none.txt
read -r written rendered < info.txt
echo "level info: lines written $written, lines rendered $rendered"
read -r none_written none_rendered < none.txt
echo "level none: lines written $none_written, lines rendered $none_rendered"
[ "$rendered" -ge $((written * 5)) ] && [ "$none_rendered" -eq 0 ]
