"""A region's own header maps: a file that is wrong is left out and named, the others keep working."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas import metadata_file
from schemas.catalogue_file import CATALOGUES
from schemas.header_map import HEADER_MAPS, project_layouts, read_header_maps
from schemas.metadata_file import read_yaml_text

GOOD = {
    "name": "ours",
    "required": ["snapshot_date"],
    "any_of": ["students"],
    "context": ["snapshot_date"],
    "columns": {"students": ["Детей"], "snapshot_date": ["Число"]},
}


def write(folder: Path, layout: dict[str, Any], kind: str = "headcount", name: str = "ours.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(yaml.safe_dump({"kind": kind, "layouts": [layout]}, allow_unicode=True), encoding="utf-8")
    return path


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


def test_a_good_map_adds_its_layout(tmp_path: Path) -> None:
    """Guards against a check that refuses what regions rightly write."""
    write(tmp_path, GOOD)
    found = read_header_maps(tmp_path)
    assert found.bad == ()
    assert found.layouts[:-1] == project_layouts()
    assert found.layouts[-1].meaning("Детей*") == "students"


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (without("required"), "не хватает ключа «layouts / 1 / required»"),
        (without("columns"), "не хватает ключа «layouts / 1 / columns»"),
        ({**GOOD, "requred": ["students"]}, "неизвестный ключ «layouts / 1 / requred»"),
        ({**GOOD, "organisation": "maybe"}, "ключ «layouts / 1 / organisation»"),
        ({**GOOD, "columns": {**GOOD["columns"], "studnets": ["Дети"]}}, "нет поля «studnets»; возможно, «students»"),
        ({**GOOD, "required": ["snapshot_date", "teachers"]}, "обязательному полю «teachers» не дан заголовок"),
        ({**GOOD, "columns": {"students": ["Детей"]}, "context": []}, "обязательному полю «snapshot_date»"),
        ({**GOOD, "columns": {**GOOD["columns"], "teachers": ["детей:"]}}, "дан двум полям"),
        ({**GOOD, "columns": {**GOOD["columns"], "students": [2024]}}, "возьмите в кавычки"),
        ({**GOOD, "columns": {**GOOD["columns"], "students": []}}, "ключ «layouts / 1 / columns / students»: не может"),
        ({**GOOD, "columns": {**GOOD["columns"], "students": ["Детей в {month}"]}}, "можно подставить только"),
        ({**GOOD, "columns": {**GOOD["columns"], "students": ["Детей в {year}"]}}, "нет года"),
        ({**GOOD, "fill_down": ["students"]}, "«students» — число"),
        ({**GOOD, "unpivot": ["pupil"]}, "нет роли «pupil»"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_map_is_said(tmp_path: Path, layout: dict[str, Any], said: str) -> None:
    """Guards against a key that is silently without effect, and against one bad map that stops every file."""
    path = write(tmp_path, layout)
    found = read_header_maps(tmp_path)
    assert found.layouts == project_layouts()
    (bad,) = found.bad
    assert bad.path == path
    assert said in str(bad)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"kind: [headcount\nlayouts: }", "это не YAML, строка 2"),
        ("kind: headcount\nназвание: ".encode() + "Отчёт".encode("cp1251"), "кодировка не UTF-8"),
        (b"", "ожидалось: ключи со значениями"),
        (b"just a line", "ожидалось: ключи со значениями"),
        (b"kind: headcuont\nlayouts: [{name: a, required: [students], columns: {students: [A]}}]",
         "нет вида «headcuont»; возможно, «headcount»"),
        (b"kind: headcount\nlayouts: []", "ключ «layouts»: не может быть пустым"),
        (b"!!python/object:os.system {}", "это не YAML"),
        (b"kind: headcount\nlayouts: []\nkind: survey", "ключ «kind» стоит дважды"),
        (b"kind: headcount\nlayouts: &all [*all]", "не используется"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_map_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    """Guards against a traceback of the YAML reader instead of the file's name."""
    (tmp_path / "ours.yaml").write_bytes(content)
    (bad,) = read_header_maps(tmp_path).bad
    assert str(bad).startswith(f"{tmp_path.name}/ours.yaml не используется: ")
    assert said in str(bad)


def test_the_example_of_the_manual_is_a_map(tmp_path: Path) -> None:
    """Guards against advice that ends in «не используется»."""
    manual = (Path(__file__).parents[3] / "docs" / "operator.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```\n(kind: .*?)```", manual, re.DOTALL)
    (tmp_path / "ours.yaml").write_text(example, encoding="utf-8")
    assert read_header_maps(tmp_path).bad == ()


def test_one_bad_map_leaves_the_others(tmp_path: Path) -> None:
    """Guards against a folder whose good maps are lost with the bad one."""
    write(tmp_path, without("required"), name="a.yaml")
    write(tmp_path, GOOD, name="b.yaml")
    found = read_header_maps(tmp_path)
    assert [bad.path.name for bad in found.bad] == ["a.yaml"]
    assert len(found.layouts) == len(project_layouts()) + 1


def test_the_project_has_a_map_a_kind() -> None:
    """Guards against a map of the project that is read by no one: its files are strict as a region's are."""
    kinds = {layout.kind for layout in project_layouts()}
    assert {path.stem for path in HEADER_MAPS.glob("[!_]*.yaml")} == kinds


def test_only_files_of_the_project_are_read_by_the_fast_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a region's file read by the reader in C, which a file nested without end can bring down."""

    def taken(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(metadata_file._ProjectLoader, "__init__", taken)
    with pytest.raises(LookupError):
        read_yaml_text(CATALOGUES / "magnitudes.yaml")
    own = tmp_path / "magnitudes.yaml"
    own.write_text("[1]", encoding="utf-8")
    assert read_yaml_text(own) == [1]


def test_a_key_of_an_earlier_version_means_what_it_did(tmp_path: Path) -> None:
    """Guards against a region's own map that is refused, with all its files, after an upgrade that renamed a key."""
    write(tmp_path, {**GOOD, "unfold": ["student"], "unfold_values": ["students"]})
    found = read_header_maps(tmp_path)
    assert found.bad == ()
    (own,) = (layout for layout in found.layouts if layout not in project_layouts())
    assert (own.unpivot, own.unpivot_values) == (("student",), ("students",))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"unfold": ["student"], "unpivot": ["teacher"]}, "«unfold» — прежнее имя ключа «unpivot», здесь даны оба"),
        ({"unpivot_values": ["students"], "unfold_values": ["students"]}, "«unfold_values» — прежнее имя ключа"),
        (
            {"unfold_list": "organisation_name", "unpivot_list": "organisation_name"},
            "«unfold_list» — прежнее имя ключа",
        ),
        ({"unfold": "student"}, "ключ «layouts / 1 / unfold»: ожидалось: список"),
        ({"unfold_values": ["students", 5]}, "ключ «layouts / 1 / unfold_values / 2»"),
        ({"unpivot": "student"}, "ключ «layouts / 1 / unpivot»: ожидалось: список"),
    ],
)
def test_a_key_is_called_as_the_file_calls_it(tmp_path: Path, keys: dict[str, Any], said: str) -> None:
    """Guards against one of two keys of one meaning without effect, and a fault told of a key that the file lacks."""
    write(tmp_path, {**GOOD, **keys})
    found = read_header_maps(tmp_path)
    assert found.layouts == project_layouts()
    (bad,) = found.bad
    assert said in str(bad)
