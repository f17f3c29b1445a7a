"""Users of Superset as the users file has them: created with a generated password, corrected, deactivated."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bi.client import Superset
from bi.errors import AccessError
from bi.roles import FROM_FILE
from bi.row_rules import municipality_role
from bi.secret_files import new_password
from bi.users import Account


def set_accounts(
    superset: Superset, accounts: Collection[Account], roles: Mapping[str, int], passwords: Path
) -> tuple[int, int]:
    """Make Superset's users those of the file; returns how many are new and how many else changed.

    Only users with the marking role are ours. Who left the file is deactivated and loses every role but the mark;
    who returns is activated with the password they had.
    """
    present = {str(row["username"]).casefold(): row for row in superset.every("security/users/")}
    _refuse_strangers(accounts, present)
    new = changed = 0
    for account in accounts:
        body = _body(account, roles)
        found = present.get(account.login.casefold())
        if found is None:
            _create(superset, body, passwords)
            new += 1
        elif _as_body(found) != body:
            superset.put(f"security/users/{found['id']}", **body)
            changed += 1
    return new, changed + _deactivate(superset, accounts, present, roles[FROM_FILE])


def _body(account: Account, roles: Mapping[str, int]) -> dict[str, Any]:
    names = {FROM_FILE, *account.role.superset_names(), *map(municipality_role, account.municipalities)}
    return {
        "username": account.login,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "active": True,
        "roles": sorted(roles[name] for name in names),
    }


def _as_body(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: row[key] for key in ("username", "first_name", "last_name", "email", "active")}
    return plain | {"roles": sorted(role["id"] for role in row["roles"])}


def _is_ours(row: Mapping[str, Any]) -> bool:
    return any(role["name"] == FROM_FILE for role in row["roles"])


def _refuse_strangers(accounts: Collection[Account], present: Mapping[str, Mapping[str, Any]]) -> None:
    """A login that an administrator made by hand must not change hands because a file names it."""
    logins = [account.login for account in accounts]
    strangers = [login for login in logins if login.casefold() in present and not _is_ours(present[login.casefold()])]
    if strangers:
        raise AccessError(
            f"Логины {', '.join(strangers)} уже заведены в Superset вручную: дайте в файле пользователей другие "
            "или удалите тех пользователей в Superset."
        )


def _create(superset: Superset, body: Mapping[str, Any], passwords: Path) -> None:
    password = new_password()
    # Written before the user is made: a password that nobody has would need an administrator to reset it.
    _append(passwords, f"{body['username']}\t{password}\n")
    superset.post("security/users/", **body, password=password)


def _append(path: Path, line: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(line)


def _deactivate(
    superset: Superset, accounts: Collection[Account], present: Mapping[str, Mapping[str, Any]], mark: int
) -> int:
    kept = {account.login.casefold() for account in accounts}
    changed = 0
    for login, row in present.items():
        if _is_ours(row) and login not in kept and (row["active"] or len(row["roles"]) > 1):
            superset.put(f"security/users/{row['id']}", active=False, roles=[mark])
            changed += 1
    return changed
