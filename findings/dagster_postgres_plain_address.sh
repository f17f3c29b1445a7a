#!/bin/sh
# Guess: `storage: postgres: postgres_url: postgresql://user:password@host/database`, as Dagster's own guide writes it, works
# in an environment where dagster-postgres has just been installed: it brings the driver (psycopg2-binary) itself.
# What happens: with SQLAlchemy 2.1 a plain `postgresql://` means the driver psycopg (version 3), which nobody requires.
# Every process that opens the instance ends in ModuleNotFoundError for a module named neither in the configuration nor
# among the requirements. dagster-postgres sets no upper bound on SQLAlchemy; its `postgres_db` setting makes the same plain
# address. `postgresql+psycopg2://` works.
# Seen with: dagster-postgres 0.29.27, dagster 1.13.27, SQLAlchemy 2.1.9, psycopg2-binary 2.9.13, Python 3.11. Output:
#   required by dagster-postgres: psycopg2-binary; psycopg is not installed
#   postgresql://             ModuleNotFoundError: No module named 'psycopg'
#   made from postgres_db     ModuleNotFoundError: No module named 'psycopg'
#   postgresql+psycopg2://    engine made, driver psycopg2
# Source: found when a nightly run was to keep its history on a server by one setting.
# Exits 1 when the plain address works.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q dagster==1.13.27 dagster-postgres==0.29.27 sqlalchemy==2.1.9 psycopg2-binary==2.9.13
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import requires
from importlib.util import find_spec

from dagster_postgres.utils import create_pg_engine, get_conn_string

drivers = [line for line in requires("dagster-postgres") if line.startswith("psycopg") and "extra" not in line]
print(f"required by dagster-postgres: {', '.join(drivers)}; psycopg is", "installed" if find_spec("psycopg") else "not installed")
made = get_conn_string(username="user", password="password", hostname="host", db_name="database")
plain = "postgresql://user:password@host/database"
named = plain.replace("postgresql:", "postgresql+psycopg2:")
failed = []
for title, address in (("postgresql://", plain), ("made from postgres_db", made), ("postgresql+psycopg2://", named)):
    try:
        print(f"{title:<25} engine made, driver {create_pg_engine(address).driver}")
    except ModuleNotFoundError as error:
        failed.append(title)
        print(f"{title:<25} {type(error).__name__}: {error}")
sys.exit(failed != ["postgresql://", "made from postgres_db"])
PYTHON
