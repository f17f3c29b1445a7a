"""Who sees what: roles, row-level security and users, set in a running Superset; twice changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from bi.accounts import set_accounts
from bi.client import Superset
from bi.errors import AccessError
from bi.identity import DATABASE_NAME, dataset_uuid
from bi.release import municipalities
from bi.roles import FROM_FILE, PUBLIC, Grant, create_roles, grants, load_roles, remove_roles, set_permissions
from bi.row_rules import ROLE_PREFIX, build_rules, municipality_role, remove_rules, set_rules
from bi.settings import SupersetSettings, superset_home
from bi.specification import load_datasets
from bi.users import Account, read_accounts
from foundation.settings import Settings

__all__ = ["AccessError", "AccessReport", "apply", "users_file"]


@dataclass(frozen=True)
class AccessReport:
    """What stands in Superset afterwards, and how much had to be changed for it."""

    roles: int
    users: int
    rules: int
    changes: int
    users_file: Path | None
    """None when there is no such file: then nobody but the administrator can sign in."""
    new_passwords: Path | None
    """Where the passwords of users made just now are; None when none were."""

    def text(self) -> str:
        """One line for the terminal."""
        users = f"пользователей {self.users}" if self.users_file else "файла пользователей нет, входит только admin"
        counts = f"роли {self.roles}, {users}, правил видимости {self.rules}"
        return f"{counts}; пароли новых пользователей: {self.new_passwords}" if self.new_passwords else counts


def users_file(settings: Settings, chosen: SupersetSettings) -> Path:
    """VITRINA_SUPERSET_USERS_FILE, else VITRINA_HOME/users.yaml."""
    return chosen.users_file or settings.home / "users.yaml"


def apply(superset: Superset, settings: Settings, chosen: SupersetSettings) -> AccessReport:
    """Set roles, rules and users; raises AccessError or SupersetError.

    The order keeps rows closed at every moment: rules stand before a role gets access to a data set, users lose a
    municipality's role before the role goes.
    """
    path = users_file(settings, chosen)
    accounts = _accounts(settings, path, is_required=chosen.users_file is not None)
    places = {place.key: place for account in accounts for place in account.municipalities}.values()
    roles = load_roles()
    datasets, database = _dataset_ids(superset), _database_id(superset)
    rules = build_rules(load_datasets().values(), roles.values(), places)
    nothing: frozenset[Grant] = frozenset()
    wanted = dict.fromkeys((PUBLIC, FROM_FILE, *map(municipality_role, places)), nothing)
    wanted |= {name: grants(role, datasets, database) for name, role in roles.items()}

    ids, made = create_roles(superset, wanted)
    changes = made + set_rules(superset, rules, datasets, ids) + set_permissions(superset, wanted, ids)
    passwords = superset_home(settings) / "new_passwords"
    new, changed = set_accounts(superset, accounts, ids, passwords)
    removed = remove_rules(superset, rules) + remove_roles(superset, ROLE_PREFIX, wanted, ids)
    return AccessReport(
        roles=len(roles),
        users=len(accounts),
        rules=len(rules),
        changes=changes + new + changed + removed,
        users_file=path if path.is_file() else None,
        new_passwords=passwords if new else None,
    )


def _accounts(settings: Settings, path: Path, is_required: bool) -> tuple[Account, ...]:
    if path.is_file():
        return read_accounts(path, load_roles(), municipalities(settings))
    if is_required:
        raise AccessError(f"Файла пользователей {path} нет, а VITRINA_SUPERSET_USERS_FILE его называет.")
    return ()


def _dataset_ids(superset: Superset) -> dict[str, int]:
    """Our data sets by mart; those that analysts made are none of ours."""
    uuids = {dataset_uuid(mart): mart for mart in load_datasets()}
    rows = superset.every("dataset/")
    found = {uuids[str(row["uuid"])]: int(row["id"]) for row in rows if str(row["uuid"]) in uuids}
    missing = sorted(uuids.keys() - {dataset_uuid(mart) for mart in found})
    if missing:
        raise AccessError(f"В Superset нет наборов данных: {', '.join(uuids[key] for key in missing)}.")
    return found


def _database_id(superset: Superset) -> int:
    for row in superset.every("database/"):
        if row["database_name"] == DATABASE_NAME:
            return int(row["id"])
    raise AccessError(f"В Superset нет базы данных «{DATABASE_NAME}».")
