"""What a region adds in VITRINA_HOME: rows and spellings of catalogues, passports; a bad file is left out and named."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from foundation.settings import Settings, get_settings
from publishing.revision import code_digest
from schemas import catalogue
from schemas.catalogue_file import CATALOGUES, project_rows, rows
from schemas.indicators import indicator_code_of
from schemas.labels import value_labels
from schemas.passport import PASSPORT_FOLDER, load_passports, passports
from schemas.reference import write_reference
from schemas.regional import REGIONAL, bad_catalogues, bad_files

SYSTEM = """
- code: star_journal
  title: Журнал «Звезда»
  spellings: [Звезда]
  kind: региональный журнал
  role: source
  measures: регистрация
  grain: организация
- code: my_school
  spellings: [Моя школа края]
"""

TOTALS = "region_code,municipalities,from_year,to_year,source\n"


def put(settings: Settings, place: str, text: str | bytes) -> Path:
    path = settings.home / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def passport_text(**changes: object) -> str:
    content = yaml.safe_load((PASSPORT_FOLDER / "teachers_registered.yaml").read_text(encoding="utf-8"))
    return yaml.safe_dump({**content, "document_codes": [], **changes}, allow_unicode=True)


def test_spellings_and_rows_are_added(settings: Settings) -> None:
    """Guards against a region that has to change the package for a name of its own."""
    put(settings, "catalogues/systems.yaml", SYSTEM)
    put(settings, "catalogues/roles.yaml", "- {code: teacher, spellings: [наставник]}")
    put(settings, "catalogues/services.yaml", "- {code: bus, title: школьный автобус, spellings: [автобус]}")
    put(settings, "catalogues/organisation_types.yaml", "- {title: СОШ, spellings: [школа полного дня]}")
    put(settings, "catalogues/municipalities.yaml", "- {name: Приречный район, spellings: [ПМР]}")
    assert bad_files(settings.home) == ()
    assert catalogue.code_of("systems", "звезда") == "star_journal"
    assert catalogue.code_of("systems", "Моя школа края") == "my_school"
    assert catalogue.code_of("systems", "ФГИС Моя школа") == "my_school"
    assert catalogue.code_of("roles", "Наставник") == "teacher"
    assert catalogue.code_of("services", "автобус") == "bus"
    found = catalogue.organisation_type_of("Школа полного дня")
    assert found is not None
    assert found.title == "СОШ"
    assert catalogue.municipality_spellings()["пмр"] == "Приречный район"
    assert value_labels("system_code")["star_journal"] == "Журнал «Звезда»"


def test_patterns_and_checks_are_added(settings: Settings) -> None:
    """Guards against a programme, or a sum in a document, that only the package can know."""
    put(settings, "catalogues/programme_patterns.csv", "applies_to,pattern,is_digital_environment\ncourse,%звезд%,да\n")
    put(
        settings, "catalogues/document_checks.yaml",
        "- {code: ours, title: Сумма, document: Приказ, lines: строка 1, relation: equal,"
        " left: [{indicator: organisations_total, value: fact, years: [2024, 2024]}], right: [{constant: 5}]}",
    )  # fmt: skip
    with duckdb.connect() as connection:
        write_reference(connection)
        pattern = connection.execute(
            "select is_digital_environment from reference.programme_pattern where pattern = '%звезд%'"
        ).fetchall()
        checks = connection.execute(
            "select count(*) from reference.document_check where check_code = 'ours'"
        ).fetchall()
        terms = connection.execute(
            "select side, indicator_code, constant from reference.document_check_term where check_code = 'ours'"
            " order by side"
        ).fetchall()
    assert (pattern, checks) == ([(True,)], [(1,)])
    assert terms == [("left", "organisations_total", None), ("right", None, 5)]


def test_a_passport_of_a_regional_system_is_added(settings: Settings) -> None:
    """Guards against a passport that knows the project's systems only."""
    put(settings, "catalogues/systems.yaml", SYSTEM)
    numerator = {"own": [{"measure": "registered", "role": "teacher", "system": "star_journal"}]}
    text = passport_text(code="ours", title="Педагоги в «Звезде»", short_title="Звезда", numerator=numerator)
    put(settings, "passports/ours.yaml", text)
    assert bad_files(settings.home) == ()
    assert {one.code for one in passports()} - {one.code for one in load_passports()} == {"ours"}
    assert indicator_code_of("Педагоги в «Звезде»") == "ours"


def test_a_new_version_of_an_indicator_of_the_project_is_added(settings: Settings) -> None:
    """Guards against a region that cannot change a definition from a year on, whatever its files are called."""
    put(settings, "passports/a.yaml", passport_text(version=3, valid_from_year=2026))
    put(settings, "passports/b.yaml", passport_text(version=2, valid_from_year=2024))
    put(settings, "passports/c.yaml", passport_text(version=5, valid_from_year=2030))
    assert bad_files(settings.home) == ()
    versions = [one for one in passports() if one.code == "teachers_registered"]
    assert [(one.version, one.valid_from_year, one.valid_to_year) for one in versions] == [
        (1, None, 2023), (2, 2024, 2025), (3, 2026, 2029), (5, 2030, None)
    ]  # fmt: skip


def test_homes_are_told_apart(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against the rows of one home remembered in another within a process."""
    put(settings, "catalogues/systems.yaml", SYSTEM)
    assert catalogue.code_of("systems", "Звезда") == "star_journal"
    own = code_digest()
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "other"))
    get_settings.cache_clear()
    assert catalogue.code_of("systems", "Звезда") is None
    assert code_digest() != own, "a region's file decides figures as the code does"


def test_files_of_the_project_are_as_strict() -> None:
    """Guards against a misspelt key in the project's own rows, and against a spelling that means two of them."""
    for name, one in REGIONAL.items():
        assert (CATALOGUES / name).is_file()
        assert project_rows(one)


@pytest.fixture
def home(settings: Settings) -> Iterator[Settings]:
    """A home with a good file, which no bad one may take along."""
    put(settings, "catalogues/roles.yaml", "- {code: teacher, spellings: [наставник]}")
    yield settings
    assert catalogue.code_of("roles", "наставник") == "teacher"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("systems.yaml", "- code: [", "это не YAML, строка 1"),
        ("systems.yaml", "code: my_school", "ожидалось: список"),
        ("systems.yaml", "- {code: ours, title: Наша}", "не хватает ключа «spellings»"),
        ("systems.yaml", SYSTEM.replace("grain:", "gain:"), "неизвестный ключ «gain»"),
        ("systems.yaml", SYSTEM.replace("role: source", "role: sorce"), "ключ «role»: «sorce»"),
        ("systems.yaml", SYSTEM.replace("[Звезда]", "[Сферум]"), "написание «Сферум» уже есть у другой строки"),
        ("systems.yaml", SYSTEM + "  title: Наша школа\n", "к ней можно добавить только spellings"),
        ("systems.yaml", SYSTEM.replace("grain:", "successor: nowhere\n  grain:"), "нет системы «nowhere»"),
        ("systems.yaml", SYSTEM.replace("grain:", "successor: star_journal\n  grain:"), "цепочка возвращается"),
        ("systems.yaml", b"- code: \xcf\xf0\xe8", "кодировка не UTF-8"),
        ("services.yaml", "- {code: bus, title: Автобус, spellings: Автобус}", "ключ «spellings»: ожидалось: список"),
        ("municipalities.yaml", "- [ЗГМО]", "ключи со значениями"),
        ("units.yaml", "- {unit: руб., factor: сто, spellings: [сотен]}", "ключ «factor»: ожидалось: число"),
        ("municipality_totals.csv", TOTALS + "RU-SAR,нет,2020,,реестр\n", "ключ «municipalities»"),
        ("municipality_totals.csv", TOTALS + "RU-XX,40,2020,,реестр\n", "нет субъекта «RU-XX»"),
        ("municipality_totals.csv", TOTALS + "RU-SAR,40,2020,2019,реестр\n", "to_year раньше from_year"),
        ("municipality_totals.csv", TOTALS + "RU-KYA,60,2020,,реестр\n", "на 2020 год муниципалитеты сосчитаны дважды"),
        ("programme_patterns.csv", "applies_to,pattern\ncourse,%а%\n", "не хватает ключа «is_digital_environment»"),
        ("document_checks.yaml",
         "- {code: a, title: А, document: Б, lines: В, relation: equal, left: [{indicator: nowhere}],"
         " right: [{constant: 1}]}", "нет показателя «nowhere»"),
        ("regions.csv", "region_code\nRU-X\n", "нет справочника с таким именем"),
    ],
)  # fmt: skip
def test_a_bad_file_is_left_out_and_named(home: Settings, name: str, text: str | bytes, said: str) -> None:
    """Guards against one misspelt key of a region that ends every night."""
    put(home, f"catalogues/{name}", text)
    (bad,) = bad_catalogues(home.home)
    assert str(bad).startswith(f"catalogues/{name} не используется: ")
    assert said in str(bad)
    if name in REGIONAL:
        assert rows(REGIONAL[name]) == project_rows(REGIONAL[name])
    with duckdb.connect() as connection:
        write_reference(connection)


def test_a_file_of_another_ending_is_named(settings: Settings) -> None:
    """Guards against a map that is never read and never missed."""
    put(settings, "header_maps/ours.yml", "kind: survey")
    put(settings, "passports/README.md", "наши показатели")
    (bad,) = bad_files(settings.home)
    assert str(bad) == "header_maps/ours.yml не используется: имя должно кончаться на .yaml. Исправьте файл."


def test_a_new_role_is_refused(settings: Settings) -> None:
    """Guards against a role that no model counts and that nobody would miss."""
    put(settings, "catalogues/roles.yaml", "- {code: guest, title: гость, spellings: [гость]}")
    (bad,) = bad_catalogues(settings.home)
    assert "добавить можно только написания строк проекта" in str(bad)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "ours", "colour": "red"}, "неизвестный ключ «colour»"),
        ({"code": "ours", "numerator": {"own": [{"measure": "regstered", "role": "teacher"}]}},
         "нет меры «regstered»; возможно, «registered»"),
        ({"code": "ours", "aggregation": "number_of_organisations"}, "denominator не нужен"),
        ({"version": 2}, "действуют в одном году"),
        ({"version": 1, "valid_from_year": 2024}, "ключ «version»"),
        ({"code": "ours", "break_threshold": 2}, "«break_threshold»: должно быть не больше 1"),
    ],
)  # fmt: skip
def test_a_bad_passport_is_left_out_and_named(settings: Settings, changes: dict[str, object], said: str) -> None:
    """Guards against a passport of the region that contradicts the project's, or computes nothing, without a word."""
    put(settings, "passports/ours.yaml", passport_text(**changes))
    (bad,) = bad_files(settings.home)
    assert str(bad).startswith("passports/ours.yaml не используется: ")
    assert said in str(bad)
    assert passports() == load_passports()
