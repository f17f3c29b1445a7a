"""Row-level security: which rules the data sets and municipalities call for, and setting them by REST.

A rule of type Base holds for everybody but the roles it names, one of type Regular for the roles it names; rules with
one group key are joined by OR, all others by AND (get_rls_filters of Superset's security manager). So one Base rule
closes every data set with a municipality, and each municipality's Regular rule opens its rows to its role. What is for
analysts only has a Base rule of its own, which no municipality's role escapes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bi.client import Superset
from bi.release import Municipality
from bi.roles import Role
from bi.specification import Dataset

RULE_PREFIX = "Витрина: "
"""Rules whose name starts so are ours: what is not wanted any more is deleted. Others are left alone."""
CLOSED = RULE_PREFIX + "закрыто по умолчанию"
FOR_ANALYSTS = RULE_PREFIX + "только тем, кто видит всё"
ROLE_PREFIX = "Муниципалитет: "
GROUP = "municipality"
ROLE_NAME_LENGTH = 64
DIGEST_LENGTH = 8


@dataclass(frozen=True)
class Rule:
    """One rule, by the names of its data sets and roles."""

    name: str
    filter_type: str
    clause: str
    datasets: frozenset[str]
    roles: frozenset[str]
    group_key: str | None = None

    def body(self, datasets: Mapping[str, int], roles: Mapping[str, int]) -> dict[str, Any]:
        """As Superset's REST API takes it."""
        return {
            "name": self.name,
            "filter_type": self.filter_type,
            "clause": self.clause,
            "group_key": self.group_key,
            "tables": sorted(datasets[mart] for mart in self.datasets),
            "roles": sorted(roles[name] for name in self.roles),
        }


def municipality_role(place: Municipality) -> str:
    """The role that opens a municipality's rows; the key is in it because regions share names of districts."""
    name = f"{ROLE_PREFIX}{place.name} ({place.key})"
    if len(name) <= ROLE_NAME_LENGTH:
        return name
    digest = sha256(place.key.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{name[: ROLE_NAME_LENGTH - DIGEST_LENGTH - 2]}… {digest}"


def build_rules(
    datasets: Collection[Dataset], roles: Collection[Role], places: Collection[Municipality]
) -> tuple[Rule, ...]:
    """The rules that close data sets, then one for each column name and municipality."""
    columns: dict[str, set[str]] = {}
    for dataset in datasets:
        if dataset.municipality_column:
            columns.setdefault(dataset.municipality_column, set()).add(dataset.mart)
    see_all = frozenset(name for role in roles if role.rows == "all" for name in role.superset_names())
    closing = {
        CLOSED: (frozenset().union(*columns.values()), see_all | set(map(municipality_role, places))),
        FOR_ANALYSTS: (frozenset(dataset.mart for dataset in datasets if dataset.for_analysts), see_all),
    }
    closed = [Rule(name, "Base", "1 = 0", marts, excepted) for name, (marts, excepted) in closing.items() if marts]
    opened = [
        Rule(
            name=f"{RULE_PREFIX}{place}, {column}",
            filter_type="Regular",
            clause=f"{column} = {_literal(place.key)}",
            datasets=frozenset(marts),
            roles=frozenset({municipality_role(place)}),
            group_key=GROUP,
        )
        for place in places
        for column, marts in sorted(columns.items())
    ]
    return (*closed, *opened)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def set_rules(
    superset: Superset, rules: Collection[Rule], datasets: Mapping[str, int], roles: Mapping[str, int]
) -> int:
    """Create and correct the rules; returns how many changed."""
    present = {row["name"]: row for row in superset.every("rowlevelsecurity/")}
    changed = 0
    for rule in rules:
        body = rule.body(datasets, roles)
        found = present.get(rule.name)
        if found is None:
            superset.post("rowlevelsecurity/", **body)
        elif _as_body(found) != body:
            superset.put(f"rowlevelsecurity/{found['id']}", **body)
        else:
            continue
        changed += 1
    return changed


def remove_rules(superset: Superset, kept: Collection[Rule]) -> int:
    """Delete the rules of ours that are not kept; returns how many."""
    names = {rule.name for rule in kept}
    rows = superset.every("rowlevelsecurity/")
    left = [row["id"] for row in rows if row["name"].startswith(RULE_PREFIX) and row["name"] not in names]
    for key in left:
        superset.delete(f"rowlevelsecurity/{key}")
    return len(left)


def _as_body(row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: row.get(key) for key in ("name", "filter_type", "clause", "group_key")}
    listed = {key: sorted(item["id"] for item in row[key]) for key in ("tables", "roles")}
    return plain | listed
