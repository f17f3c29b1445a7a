"""Rows found by their name when the rules of matching, or the registry, have changed since."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from foundation.sources import ROOT
from ingestion.match import rules
from ingestion.match.asked import NO_MATCH, Match
from ingestion.match.asked import Query as Asked
from ingestion.match.organisations import OrganisationIndex
from ingestion.pipeline import load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import list_held, settle_held
from ingestion.store.tables import build_connection, create_tables

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
ARSENTYEVKA = ["01.12.2024", "МБОУ «Арсентьевская СОШ»", "Кемеровский муниципальный округ", "10"]
OZERNOE = ["01.12.2024", "МБОУ Озерновская СОШ 47", "Енисейский район", "11"]
COUNTS = "select rows_read, rows_accepted, rows_held from journal.load where kind = 'headcount'"


def take_new_rules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that the matcher is asked from now on; it no longer knows a school by «47» alone."""
    names: list[str] = []
    match = OrganisationIndex.match

    def of_new_rules(index: OrganisationIndex, query: Asked) -> Match:
        names.append(query.name or "")
        return NO_MATCH if query.name == OZERNOE[1] else match(index, query)

    monkeypatch.setattr(OrganisationIndex, "match", of_new_rules)
    return names


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return take_new_rules(monkeypatch)


@pytest.fixture
def loaded(load: Load, write_csv: Write, query: Query) -> None:
    load(write_csv("h.csv", [HEADER, ARSENTYEVKA, OZERNOE]), Отправитель="Управление")
    assert query(COUNTS) == [(2, 2, 0)]


def test_a_name_is_asked_again_by_new_rules(
    settings: Settings, query: Query, loaded: None, asked: list[str], monkeypatch: pytest.MonkeyPatch,
    inn: dict[str, str], load_into: Load, registry_home: Path, tmp_path: Path,
) -> None:  # fmt: skip
    """Guards against a wrong match of an earlier version that stays for good, while a rebuild would hold the row."""
    monkeypatch.setattr(rules, "rules_digest", lambda: "of another version")
    settle_held(settings)
    assert set(asked) == {ARSENTYEVKA[1], OZERNOE[1]}
    assert query(COUNTS) == [(2, 1, 1)]
    assert query("select organisation_id, students from raw.headcount") == [(inn["arsentyevka"], 10)]
    (question,) = list_held(settings)
    assert (question.name, question.rows, question.files) == (OZERNOE[1], 1, ("h.csv",))
    assert query("select name, rules from journal.name_row") == [(ARSENTYEVKA[1], "of another version")]
    rebuilt = Settings(home=tmp_path / "rebuilt")
    shutil.copytree(registry_home, rebuilt.home)
    (report,) = load_into(rebuilt, [tmp_path / "h.csv"], {"Отправитель": "Управление"})
    assert (report.rows_accepted, report.rows_held) == (1, 1)
    assert _fates(rebuilt) == _fates(settings)


def _fates(settings: Settings) -> list[tuple[Any, ...]]:
    """Where every row went: to whom by which rule, or what it asks."""
    with build_connection(settings, read_only=True) as connection:
        return connection.execute(
            "select source_row, organisation_id, match_rule, null from raw.headcount union all"
            " select source_row, null, status, reason from journal.held_row order by all"
        ).fetchall()


def test_by_the_same_rules_of_the_same_registry_nothing_is_asked(
    settings: Settings, query: Query, loaded: None, asked: list[str]
) -> None:
    """Guards against a night that matches anew everything ever loaded."""
    settle_held(settings)
    assert asked == []
    assert query(COUNTS) == [(2, 2, 0)]


def test_a_build_of_an_earlier_version_is_asked_once(
    settings: Settings, query: Query, loaded: None, asked: list[str]
) -> None:
    """Guards against a build file without a word of rules that fails, or is never asked, or asked every night."""
    with build_connection(settings) as connection:
        connection.execute("alter table journal.name_row drop column rules")
        create_tables(connection)
    settle_held(settings)
    assert set(asked) == {ARSENTYEVKA[1], OZERNOE[1]}
    assert query(COUNTS) == [(2, 1, 1)]
    asked.clear()
    settle_held(settings)
    assert ARSENTYEVKA[1] not in asked


def test_the_digest_is_of_the_matcher_and_of_the_words_that_a_region_adds(settings: Settings) -> None:
    """Guards against a digest that a change of what decides does not change."""
    known = {path.name for folder in rules.DECIDING_FOLDERS for path in (ROOT / folder).rglob("*")}
    assert {"agreement.py", "parts.py", "text.py", "name_words.yaml", "organisation_types.yaml", "oktmo.csv"} <= known
    before = rules.digest_of_rules(settings.home)
    (settings.home / "catalogues").mkdir()
    (settings.home / "catalogues" / "organisation_types.yaml").write_text("[]\n", encoding="utf-8")
    assert rules.digest_of_rules(settings.home) != before


def test_rows_that_wait_again_by_new_rules_are_told_of(
    settings: Settings, load: Load, write_csv: Write, loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against accepted rows held overnight without a word: only tonight's files were looked at."""
    later = [[day, *OZERNOE[1:]] for day in ("01.12.2025", "01.11.2025")]
    load(write_csv("later.csv", [HEADER, *later]), Отправитель="Управление")
    take_new_rules(monkeypatch)
    monkeypatch.setattr(rules, "rules_digest", lambda: "of another version")
    said: list[str] = []
    settle_held(settings, said.append)
    assert said == [
        "Из принятых прежде по имени 3 строки ждут решения: «later.csv» - 2, «h.csv» - 1. Пополнился реестр или"
        " изменились правила сопоставления, и имя может значить другую организацию. Ответить: vitrina match list"
    ]
    settle_held(settings, said.append)
    assert len(said) == 1


def test_rows_that_wait_again_since_the_registry_grew_are_told_of(
    settings: Settings, write_csv: Write, query: Query, loaded: None
) -> None:
    """Guards against accepted rows held overnight without a word: only tonight's files were looked at."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    twin = ["5720010403", "Красноярский край", OZERNOE[2], "МБОУ Озерновская СОШ № 47", "СОШ"]
    add_files(settings, [write_csv("twin.csv", [header, twin])], {})
    assert receive(settings) == []
    load_kind(settings, "organisation_registry")
    said: list[str] = []
    settle_held(settings, said.append)
    assert [note.split(". ")[0] for note in said] == ["Из принятых прежде по имени 1 строка ждёт решения: «h.csv» - 1"]
    assert query(COUNTS) == [(2, 1, 1)]


def test_a_row_that_finds_another_organisation_at_once_is_not_told_of(
    settings: Settings, loaded: None, query: Query, monkeypatch: pytest.MonkeyPatch, inn: dict[str, str]
) -> None:
    """Guards against a steward sent to a list where nothing waits."""
    match = OrganisationIndex.match

    def of_new_rules(index: OrganisationIndex, query: Asked) -> Match:
        other = Match(index.organisations[inn["novonazimovo"]], "name")
        return other if query.name == OZERNOE[1] else match(index, query)

    monkeypatch.setattr(OrganisationIndex, "match", of_new_rules)
    monkeypatch.setattr(rules, "rules_digest", lambda: "of another version")
    said: list[str] = []
    settle_held(settings, said.append)
    assert said == []
    assert query(COUNTS) == [(2, 2, 0)]
    assert query("select organisation_id from raw.headcount where students = 11") == [(inn["novonazimovo"],)]
