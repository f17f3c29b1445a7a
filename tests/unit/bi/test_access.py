"""Roles and rules as they are compiled: every data set with a place is closed, and opens by municipality only."""

from pathlib import Path

import pytest
import yaml

from bi import row_rules
from bi.access import AccessReport
from bi.errors import AccessError
from bi.marts import load_marts
from bi.release import Municipality
from bi.roles import FILE, Role, grants, load_roles
from bi.row_rules import Rule, build_rules, municipality_role
from bi.secret_files import new_password
from bi.specification import Dataset, load_datasets

PLACE = Municipality("04615000", "Енисейский район", "Красноярский край")
OTHER = Municipality("17725000", "город Ковров", "Владимирская область")
SPECIALIST, ANALYST, ADMINISTRATOR = "Муниципальный специалист", "Региональный аналитик", "Администратор"
LEAKY = {
    "all_datasource_access", "all_database_access", "all_query_access", "can_execute_sql_query", "can_export_csv",
    "can_export_streaming_csv", "can_query", "can_get_column_values", "can_validate_expression",
}  # fmt: skip
"""Permissions by which rows are read past the rules, or past the check of written SQL."""


def rules(*places: Municipality) -> tuple[Rule, ...]:
    return build_rules(load_datasets().values(), load_roles().values(), places)


@pytest.mark.parametrize("mart", sorted(load_datasets()))
def test_a_data_set_of_a_mart_with_a_place_has_its_rules(mart: str) -> None:
    """Guards against a new data set that every municipality can read whole: without a rule Superset shows all."""
    if not load_marts()[mart].has_place:
        return
    bound = [rule.name for rule in rules(PLACE) if mart in rule.datasets]
    assert len(bound) == 2, f"{mart}: needs municipality_column, then it gets the closing rule and one for each place"
    assert bound[0] == row_rules.CLOSED


@pytest.mark.parametrize("mart", sorted(load_datasets()))
def test_the_column_of_a_rule_is_in_its_mart(mart: str) -> None:
    """Guards against a rule whose clause names a column that is not there: every chart would fail for specialists."""
    column = load_datasets()[mart].municipality_column
    assert column is None or column in load_marts()[mart].columns


def test_rows_are_closed_to_all_but_those_who_see_them() -> None:
    """Guards against a role that is excepted from the closing rule without a rule of its own."""
    closed = rules(PLACE)[0]
    assert (closed.filter_type, closed.clause) == ("Base", "1 = 0")
    assert closed.roles == {ANALYST, ADMINISTRATOR, "Admin", municipality_role(PLACE)}
    assert closed.datasets == {mart for mart, dataset in load_datasets().items() if dataset.municipality_column}


def test_what_names_no_place_and_speaks_of_one_is_for_analysts() -> None:
    """Guards against the figures of a neighbour's document, whose rows no municipality's rule can tell apart."""
    (closed,) = [rule for rule in rules(PLACE) if rule.name == row_rules.FOR_ANALYSTS]
    assert (closed.filter_type, closed.clause) == ("Base", "1 = 0")
    assert closed.roles == {ANALYST, ADMINISTRATOR, "Admin"}
    assert closed.datasets == {mart for mart, dataset in load_datasets().items() if dataset.for_analysts} != set()


def test_two_municipalities_of_one_person_are_joined_by_or() -> None:
    """Guards against a person with two municipalities seeing nothing, their rules being joined by AND."""
    opened = [rule for rule in rules(PLACE, OTHER) if rule.filter_type == "Regular"]
    assert {rule.group_key for rule in opened} == {row_rules.GROUP}
    assert {rule.clause.split(" = ")[1] for rule in opened} == {"'04615000'", "'17725000'"}


def test_each_column_name_gets_a_rule_of_its_own() -> None:
    """Guards against a clause of one mart's column bound to a mart that calls it otherwise."""
    datasets = [
        Dataset(mart="a", title="А", municipality_column="municipality_id"),
        Dataset(mart="b", title="Б", municipality_column="territory_id"),
        Dataset(mart="c", title="В", open_to_all="нет территории"),
    ]
    _, *opened = build_rules(datasets, load_roles().values(), [PLACE])
    assert {(rule.clause, rule.datasets) for rule in opened} == {
        ("municipality_id = '04615000'", frozenset({"a"})),
        ("territory_id = '04615000'", frozenset({"b"})),
    }


def test_a_quote_in_a_key_cannot_open_a_clause() -> None:
    """Guards against a municipality without ОКТМО whose key, made of its name, ends the clause early."""
    odd = Municipality("RU-KYA/д'арк", "д'Арк", "Красноярский край")
    assert "municipality_id = 'RU-KYA/д''арк'" in {rule.clause for rule in rules(odd)}


def test_names_of_roles_fit_and_differ() -> None:
    """Guards against two districts of one name sharing a role, and against names that PostgreSQL's column cuts."""
    long = "Муниципальный округ с очень длинным названием, которое не входит в столбец роли"
    places = [PLACE, OTHER, Municipality("1", long, "А"), Municipality("2", long, "Б")]
    names = [municipality_role(place) for place in places]
    assert len(set(names)) == len(places)
    assert max(map(len, names)) <= row_rules.ROLE_NAME_LENGTH
    assert names[0] == "Муниципалитет: Енисейский район (04615000)"


def test_a_specialist_cannot_read_past_the_rules() -> None:
    """Guards against a permission that reaches rows by SQL, by another path or by changing a data set."""
    role = load_roles()[SPECIALIST]
    granted = role.grants()
    assert not {permission for permission, _ in granted} & LEAKY
    assert not {view for _, view in granted} & {"SQLLab", "Query", "SavedQuery", "Database", "Explore"}
    assert {view for permission, view in granted if permission == "can_write"} <= {
        "CurrentUserRestApi", "DashboardFilterStateRestApi", "DashboardPermalinkRestApi", "ExploreFormDataRestApi",
    }  # fmt: skip
    assert not role.database


def test_an_analyst_may_all_that_a_specialist_may() -> None:
    """Guards against an extending role that loses what it extends."""
    roles = load_roles()
    assert roles[ANALYST].grants() > roles[SPECIALIST].grants()
    assert ("can_execute_sql_query", "SQLLab") in roles[ANALYST].grants()


def test_data_access_names_our_data_sets_and_no_other() -> None:
    """Guards against access by schema or database creeping into the specialist's role."""
    roles, datasets = load_roles(), {"laggard": 7}
    data = ("datasource_access", "[Витрина].[laggard](id:7)")
    assert grants(roles[SPECIALIST], datasets, 1) - roles[SPECIALIST].grants() == {data}
    assert grants(roles[ANALYST], datasets, 1) - roles[ANALYST].grants() == {
        data, ("database_access", "[Витрина].(id:1)"),
    }  # fmt: skip


def test_no_permission_is_listed_twice() -> None:
    """Guards against a permission that stays after it was taken out at one of two places of a role."""
    for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))["roles"]:
        role = Role.model_validate(entry)
        assert sum(len(names) for names in role.permissions.values()) == len(role.grants()), role.name


def test_a_mistake_in_the_file_of_roles_is_told(tmp_path: Path) -> None:
    """Guards against a misspelt key that silently gives a role less, or more."""
    file = tmp_path / "access.yaml"
    file.write_text("roles: [{name: А, rows: all, permision: {}}]", encoding="utf-8")
    with pytest.raises(AccessError, match="permision"):
        load_roles(file)


def test_passwords_pass_the_check_and_differ() -> None:
    """Guards against a generated password that Superset refuses one time in a hundred."""
    made = {new_password() for _ in range(500)}
    assert len(made) == 500
    kinds = (str.islower, str.isupper, str.isdigit)
    assert all(len(word) >= 12 and all(any(map(kind, word)) for kind in kinds) for word in made)


def test_the_report_says_where_passwords_are_and_that_a_file_is_missing() -> None:
    """Guards against an administrator who does not learn why nobody can sign in."""
    passwords, users = Path("/var/superset/new_passwords"), Path("/var/users.yaml")
    full = AccessReport(roles=3, users=4, rules=6, changes=9, users_file=users, new_passwords=passwords)
    assert full.text() == (
        "роли 3, пользователей 4, правил видимости 6; пароли новых пользователей: /var/superset/new_passwords"
    )
    none = AccessReport(roles=3, users=0, rules=1, changes=0, users_file=None, new_passwords=None)
    assert "файла пользователей нет" in none.text()
