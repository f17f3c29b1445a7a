"""Roles, rules and users follow their files, and what an administrator made by hand stays."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import yaml
from visitor import Visitor, dataset_ids, get

from bi import access
from bi.client import Superset
from bi.row_rules import CLOSED

pytestmark = pytest.mark.slow
KOVROV_ROLE = "Муниципалитет: город Ковров (17725000)"
PASSWORD = "Pass-word-2026"


@pytest.fixture
def administrator(superset: Any) -> Iterator[Superset]:
    """The administrator's session; afterwards the file and Superset are as they were."""
    file = superset.settings.home / "users.yaml"
    before = file.read_bytes()
    session = superset.sign_in("admin")
    yield session
    file.write_bytes(before)
    access.apply(session, superset.settings, superset.chosen)


def write(superset: Any, *left_out: str, **added: dict[str, Any]) -> access.AccessReport:
    """Set access up by the sample's file without some people and with others."""
    file = superset.settings.home / "users.yaml"
    people = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    kept = [entry for entry in people if entry["login"] not in {*left_out, *added}]
    kept += [{"login": login, **entry} for login, entry in added.items()]
    file.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    return access.apply(superset.sign_in("admin"), superset.settings, superset.chosen)


def named(session: Superset, path: str, name: str, key: str = "name") -> dict[str, Any] | None:
    return next((row for row in session.every(path) if row[key] == name), None)


def can_enter(superset: Any, login: str, password: str) -> bool:
    body = {"username": login, "password": password, "provider": "db"}
    return requests.post(f"{superset.url}/api/v1/security/login", json=body, timeout=60).ok


def test_nothing_changes_the_second_time(superset: Any, administrator: Superset) -> None:
    """Guards against a release each night giving everybody a new password or breaking open sessions."""
    write(superset)
    report = write(superset)
    assert (report.changes, report.new_passwords) == (0, None)
    assert (report.roles, report.users, report.rules) == (3, 4, 4)


def test_who_leaves_the_file_is_shut_out_and_who_returns_comes_in(superset: Any, administrator: Superset) -> None:
    """Guards against a dismissed specialist who still enters, and against a returning one without a password."""
    password = superset.password("kovrov")
    session = Visitor(superset.url, "kovrov", password)
    write(superset, "kovrov")
    assert not can_enter(superset, "kovrov", password)
    assert session.ask(get("/api/v1/dashboard/")).status_code in {401, 302}, "an open session has to end too"
    assert named(administrator, "security/roles/", KOVROV_ROLE) is None
    assert not [row for row in administrator.every("rowlevelsecurity/") if "17725000" in row["clause"]]
    kovrov = {"role": "Муниципальный специалист", "municipalities": ["17725000"]}
    assert write(superset, kovrov=kovrov).new_passwords is None
    assert can_enter(superset, "kovrov", password)


def test_a_changed_role_takes_the_old_one_away(superset: Any, administrator: Superset) -> None:
    """Guards against an analyst who becomes a municipal specialist and goes on seeing all."""
    write(superset, analyst={"role": "Муниципальный специалист", "municipalities": ["город Ковров"]})
    person = named(administrator, "security/users/", "analyst", "username")
    assert person
    assert "Региональный аналитик" not in {role["name"] for role in person["roles"]}
    assert KOVROV_ROLE in {role["name"] for role in person["roles"]}


def test_what_was_made_by_hand_stays(superset: Any, administrator: Superset) -> None:
    """Guards against a nightly provisioning that deletes the users and rules of an administrator."""
    role = administrator.post("security/roles/", name="Сделано вручную")["id"]
    plain = {"first_name": "a", "last_name": "b", "email": "by@hand", "active": True, "password": PASSWORD}
    user = administrator.post("security/users/", username="by_hand", roles=[role], **plain)["id"]
    table = dataset_ids(administrator)["laggard" if "laggard" in dataset_ids(administrator) else "dim_organisation"]
    body = {"name": "Сделано вручную", "filter_type": "Regular", "clause": "1 = 1", "tables": [table], "roles": [role]}
    rule = administrator.post("rowlevelsecurity/", **body)["id"]
    try:
        write(superset)
        assert named(administrator, "rowlevelsecurity/", "Сделано вручную")
        assert can_enter(superset, "by_hand", PASSWORD)
        with pytest.raises(access.AccessError, match="by_hand уже заведены в Superset вручную"):
            write(superset, by_hand={"role": "Администратор"})
        person = named(administrator, "security/users/", "by_hand", "username")
        assert person
        assert [found["name"] for found in person["roles"]] == ["Сделано вручную"]
    finally:
        administrator.delete(f"rowlevelsecurity/{rule}")
        administrator.delete(f"security/users/{user}")
        administrator.delete(f"security/roles/{role}")


@pytest.mark.parametrize("name", ["Муниципальный специалист", "Public", "Витрина: из файла пользователей"])
def test_a_right_given_by_hand_is_taken_back(superset: Any, administrator: Superset, name: str) -> None:
    """Guards against a right that stays in a role although its file does not give it."""
    role = named(administrator, "security/roles/", name)
    rows = administrator.every("security/permissions-resources/")
    wide = next(row["id"] for row in rows if row["permission"]["name"] == "all_datasource_access")
    assert role
    before = [row["id"] for row in administrator.get(f"security/roles/{role['id']}/permissions/")["result"]]
    administrator.post(f"security/roles/{role['id']}/permissions", permission_view_menu_ids=[*before, wide])
    assert write(superset).changes == 1
    after = [row["id"] for row in administrator.get(f"security/roles/{role['id']}/permissions/")["result"]]
    assert sorted(after) == sorted(before)


def test_a_rule_changed_by_hand_is_set_right(superset: Any, administrator: Superset) -> None:
    """Guards against rows that stay open because somebody tried something on the closing rule."""
    rule = named(administrator, "rowlevelsecurity/", CLOSED)
    assert rule
    body = {key: [item["id"] for item in rule[key]] for key in ("tables", "roles")}
    administrator.put(f"rowlevelsecurity/{rule['id']}", clause="1 = 1", **body)
    assert write(superset).changes == 1
    again = named(administrator, "rowlevelsecurity/", CLOSED)
    assert again
    assert again["clause"] == "1 = 0"


def test_a_mistake_in_the_file_changes_nothing(superset: Any, administrator: Superset) -> None:
    """Guards against half a file being applied when the other half is wrong."""
    with pytest.raises(access.AccessError, match="неизвестная роль"):
        write(superset, "kovrov", analyst={"role": "Начальник"})
    assert named(administrator, "security/roles/", KOVROV_ROLE)
