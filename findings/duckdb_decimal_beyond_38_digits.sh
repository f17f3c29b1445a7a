#!/bin/sh
# Guess: a Parquet column of decimals wider than 38 digits is refused by DuckDB, whose widest DECIMAL has 38, or comes
# as a DOUBLE that is right to some fifteen digits.
# What happens: it comes as a DOUBLE that is wrong by many orders of magnitude, without an error or a warning. The file
# is valid: pyarrow reads it back as it was written. Sums of money exported by a warehouse that types them generously
# (precision 40) turn into astronomic figures.
# Seen with: duckdb 1.5.6, pyarrow 26.0.1, Python 3.11 on x86_64. Output:
#   pyarrow: 1.50 100.00 0.01
#   duckdb: DOUBLE 1.080863910568919e+17 7.205759403792794e+18 720575940379279.4
# Source: found while reading exports with columns of odd types; Parquet format, logical type DECIMAL, stored as a
# fixed-length byte array of 17 bytes here. Exits 1 when duckdb refuses the file or gives the true values.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q duckdb==1.5.6 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

sums = [Decimal("1.50"), Decimal("100.00"), Decimal("0.01")]
pq.write_table(pa.table({"amount": pa.array(sums, pa.decimal256(40, 2))}), "sums.parquet")
print("pyarrow:", *pq.read_table("sums.parquet")["amount"].to_pylist())
if pq.read_table("sums.parquet")["amount"].to_pylist() != sums:
    sys.exit("pyarrow no longer reads back what it wrote")
try:
    kind = duckdb.sql("describe select * from 'sums.parquet'").fetchall()[0][1]
    found = [value for (value,) in duckdb.sql("from 'sums.parquet'").fetchall()]
except duckdb.Error as error:
    sys.exit(f"changed: duckdb refuses the file now ({error})")
print("duckdb:", kind, *found)
if kind != "DOUBLE" or all(abs(value - float(true)) < 1 for value, true in zip(found, sums)):
    sys.exit("changed: duckdb reads the values rightly now")
PYTHON
