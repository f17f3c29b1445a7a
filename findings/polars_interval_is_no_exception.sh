#!/bin/sh
# Guess: a column type that polars does not support raises an error of polars (PolarsError), or at least an Exception,
# so that a loader with `except Exception` sets the one file aside and goes on with the others.
# What happens: a valid Parquet file with a column of the logical type INTERVAL, be it a column nobody asked for, makes
# read_parquet raise pyo3_runtime.PanicException, which derives from BaseException: it passes `except Exception` like
# KeyboardInterrupt does and ends the whole run. Asking for the other columns only does not help.
# Seen with: polars 2.1.0, duckdb 1.5.6 (which writes the file and reads it back), Python 3.11. Output:
#   duckdb reads: [(410,)]
#   polars raises PanicException, an Exception: False
# Source: found with an export of a data lake. Exits 1 when polars reads the file or raises an Exception.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q polars==2.1.0 duckdb==1.5.6
cd "$folder"
"$folder/venv/bin/python" 2>"$folder/panic.txt" - <<'PYTHON' || { cat "$folder/panic.txt" >&2; exit 1; }
import sys

import duckdb
import polars as pl

duckdb.sql("copy (select 410 as pupils, interval 1 month as term) to 'export.parquet' (format parquet)")
print("duckdb reads:", duckdb.sql("select pupils from 'export.parquet'").fetchall())
try:
    frame = pl.read_parquet("export.parquet", columns=["pupils"])
except BaseException as error:
    print(f"polars raises {type(error).__name__}, an Exception: {isinstance(error, Exception)}")
    if isinstance(error, Exception):
        sys.exit("changed: polars raises an Exception now")
else:
    sys.exit(f"changed: polars reads the file now ({frame.shape})")
PYTHON
