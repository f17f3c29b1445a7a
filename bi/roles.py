"""The roles of bi/access.yaml: what each may do, and setting exactly that by Superset's REST API."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bi.client import Superset
from bi.errors import AccessError
from bi.identity import DATABASE_NAME

FILE = Path(__file__).parent / "access.yaml"
PUBLIC = "Public"
"""Superset's role of whoever has not signed in; it gets nothing."""
FROM_FILE = "Витрина: из файла пользователей"
"""A role without permissions that marks the users we manage: those made by hand are left alone."""
Name = Annotated[str, Field(min_length=1, max_length=64)]
Grant = tuple[str, str]
"""A permission and what it is for."""


class Role(BaseModel):
    """One role of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    rows: Literal["municipality", "all"]
    datasets: bool = False
    database: bool = False
    extends: Name | None = None
    builtin: Name | None = None
    permissions: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    def grants(self) -> frozenset[Grant]:
        """The permissions named in the file."""
        return frozenset((permission, view) for view, names in self.permissions.items() for permission in names)

    def on_top_of(self, base: "Role") -> "Role":
        """This role with all that another one may."""
        views = {*base.permissions, *self.permissions}
        merged = {view: (*base.permissions.get(view, ()), *self.permissions.get(view, ())) for view in views}
        wider = {"datasets": self.datasets or base.datasets, "database": self.database or base.database}
        return self.model_copy(update={**wider, "permissions": merged})

    def superset_names(self) -> tuple[str, ...]:
        """The roles of Superset that a person with this role gets."""
        return (self.name, self.builtin) if self.builtin else (self.name,)


@lru_cache
def load_roles(path: Path = FILE) -> Mapping[str, Role]:
    """Roles by name, with what they extend merged in."""
    try:
        listed = [Role.model_validate(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["roles"]]
    except (ValidationError, yaml.YAMLError) as error:
        raise AccessError(f"{path.name}: {error}") from error
    found: dict[str, Role] = {}
    for role in listed:
        found[role.name] = role.on_top_of(found[role.extends]) if role.extends else role
    return found


def grants(role: Role, datasets: Mapping[str, int], database: int) -> frozenset[Grant]:
    """All that the role has: its permissions, and access to our data sets and to the database where it says so."""
    data: set[Grant] = set()
    if role.datasets:
        data |= {("datasource_access", f"[{DATABASE_NAME}].[{mart}](id:{key})") for mart, key in datasets.items()}
    if role.database:
        data.add(("database_access", f"[{DATABASE_NAME}].(id:{database})"))
    return role.grants() | data


def create_roles(superset: Superset, names: Collection[str]) -> tuple[dict[str, int], int]:
    """Make the roles that are missing, empty; the ids of all roles, and how many were made."""
    ids = {str(row["name"]): int(row["id"]) for row in superset.every("security/roles/")}
    missing = [name for name in names if name not in ids]
    for name in missing:
        ids[name] = superset.post("security/roles/", name=name)["id"]
    return ids, len(missing)


def set_permissions(superset: Superset, wanted: Mapping[str, frozenset[Grant]], ids: Mapping[str, int]) -> int:
    """Give each role exactly what is wanted; returns how many roles changed."""
    known: dict[Grant, int] = {
        (row["permission"]["name"], row["view_menu"]["name"]): row["id"]
        for row in superset.every("security/permissions-resources/")
    }
    unknown = sorted({grant for granted in wanted.values() for grant in granted} - known.keys())
    if unknown:
        named = ", ".join(f"{permission} on {view}" for permission, view in unknown)
        raise AccessError(f"{FILE.name}: в этой версии Superset нет разрешений: {named}.")
    changed = 0
    for name, granted in wanted.items():
        keys = {known[grant] for grant in granted}
        if keys != {row["id"] for row in superset.get(f"security/roles/{ids[name]}/permissions/")["result"]}:
            superset.post(f"security/roles/{ids[name]}/permissions", permission_view_menu_ids=sorted(keys))
            changed += 1
    return changed


def remove_roles(superset: Superset, prefix: str, kept: Collection[str], ids: Mapping[str, int]) -> int:
    """Delete the roles with this prefix that are not kept; returns how many."""
    left = [name for name in ids if name.startswith(prefix) and name not in kept]
    for name in left:
        superset.delete(f"security/roles/{ids[name]}")
    return len(left)
