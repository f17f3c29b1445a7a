"""Prepare Superset's metadata: tables, roles and permissions, the administrator. Every step may be repeated.

Runs inside Superset's own environment as a child of bi/first_start.py. One process for what takes three `superset`
commands halves the time, and the password comes by the environment: an argument would show in the list of processes.
"""

import os
from pathlib import Path

import superset
from flask_migrate import upgrade
from superset.app import create_app


def main() -> None:
    with create_app().app_context():
        upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
        superset.appbuilder.add_permissions(update_perms=True)
        superset.security_manager.sync_role_definitions()
        _set_administrator(os.environ["VITRINA_SUPERSET_ADMIN_PASSWORD"])
        superset.db.session.commit()


def _set_administrator(password: str) -> None:
    manager = superset.security_manager
    user = manager.find_user(username="admin")
    if user is not None:
        manager.reset_password(user.id, password)
        return
    role = manager.find_role("Admin")
    if not manager.add_user("admin", "Администратор", "Витрины", "admin@localhost", role, password):
        raise SystemExit("the administrator could not be created")


if __name__ == "__main__":
    main()
