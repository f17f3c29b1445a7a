"""The users file: what it may say, and that every mistake is named with its entry."""

from pathlib import Path

import pytest

from bi.errors import AccessError
from bi.release import Municipality
from bi.roles import load_roles
from bi.users import Account, read_accounts

YENISEYSK = Municipality("04615000", "Енисейский район", "Красноярский край")
KOVROV = Municipality("17725000", "город Ковров", "Владимирская область")
TWINS = (
    Municipality("01000001", "Советский район", "Алтайский край"),
    Municipality("02000002", "Советский район", "Ставропольский край"),
)
PLACES = (YENISEYSK, KOVROV, *TWINS)
SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "users.yaml"


def read(path: Path, text: str) -> tuple[Account, ...]:
    file = path / "users.yaml"
    file.write_text(text, encoding="utf-8")
    return read_accounts(file, load_roles(), PLACES)


def mistakes(path: Path, text: str) -> str:
    with pytest.raises(AccessError) as caught:
        read(path, text)
    return str(caught.value)


def specialist(login: str = "ivanova", municipality: str = "Енисейский район") -> str:
    return f"- login: {login}\n  role: Муниципальный специалист\n  municipalities: [{municipality}]\n"


def test_the_sample_file_is_valid() -> None:
    """Guards against a sample that stops `make serve` from a fresh clone."""
    accounts = read_accounts(SAMPLE, load_roles(), PLACES)
    assert [(account.login, account.role.name, account.municipalities) for account in accounts] == [
        ("eniseysk", "Муниципальный специалист", (YENISEYSK,)),
        ("kovrov", "Муниципальный специалист", (KOVROV,)),
        ("analyst", "Региональный аналитик", ()),
        ("head", "Администратор", ()),
    ]


def test_a_code_with_a_leading_zero_stays_a_code(tmp_path: Path) -> None:
    """Guards against YAML reading the ОКТМО 04615000 as an octal number, that is, as another place or none."""
    (account,) = read(tmp_path, specialist(municipality="04615000"))
    assert account.municipalities == (YENISEYSK,)


def test_names_are_compared_as_people_write_them(tmp_path: Path) -> None:
    """Guards against case, spaces or a Latin letter in a municipality's name shutting its specialist out."""
    (account,) = read(tmp_path, specialist(municipality="ЕНИСЕЙCКИЙ  район, 04615000"))
    assert account.municipalities == (YENISEYSK,), "one place named twice is one place"


def test_a_part_of_a_name_opens_nothing(tmp_path: Path) -> None:
    """Guards against «район» letting somebody see whatever municipality contains the word."""
    told = mistakes(tmp_path, specialist(municipality="Ковров"))
    assert "«Ковров» нет в выпуске; похожи: город Ковров (Владимирская область, 17725000)" in told


def test_one_name_in_two_regions_is_refused_with_both_codes(tmp_path: Path) -> None:
    """Guards against a specialist of one region seeing the district of the same name in another."""
    told = mistakes(tmp_path, specialist(municipality="Советский район"))
    assert all(f"Советский район ({place.region}, {place.key})" in told for place in TWINS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- login: a\n  role: Начальник\n",
            "запись 1 (a): неизвестная роль «Начальник»; есть: Муниципальный специалист",
        ),
        ("- login: a\n  role: Муниципальный специалист\n", "нужен хотя бы один муниципалитет"),
        (specialist() + specialist("IVANOVA"), "запись 2 (IVANOVA): этот логин уже есть в файле"),
        ("- login: Admin\n  role: Администратор\n", "логин admin занят администратором"),
        ("- login: a\n  role: Региональный аналитик\n  municipalities: [город Ковров]\n", "уберите municipalities"),
        ("- login: a\n", "role: нет обязательного поля"),
        ("- login: a\n  role: Администратор\n  rol: x\n", "rol: такого поля нет"),
        ("- login: a b\n  role: Администратор\n", "login: недопустимое значение"),
        ("- login: a\n  role: Администратор\n  municipalities: город Ковров\n", "municipalities: нужен список"),
        ("- Иванова\n", "запись 1: запись должна состоять из полей"),
        ("users: []\n", "нужен список записей"),
        ("- login: [\n", "строка 2: ошибка YAML"),
        (
            "- {login: a, role: Администратор, email: x@y}\n- {login: b, role: Администратор, email: X@y}\n",
            "запись 2 (b): этот адрес почты уже есть в файле",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_and_entry(tmp_path: Path, text: str, expected: str) -> None:
    """Guards against a mistake that is let through, or told in English, or without saying where."""
    told = mistakes(tmp_path, text)
    assert expected in told
    assert str(tmp_path / "users.yaml") in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Guards against an administrator who corrects a file ten times to learn of ten mistakes."""
    told = mistakes(tmp_path, "- login: a\n  role: Начальник\n" + specialist("b", "Нигде"))
    assert "запись 1 (a)" in told
    assert "запись 2 (b)" in told


def test_an_empty_file_means_nobody(tmp_path: Path) -> None:
    """Guards against a traceback where all entries were commented out."""
    assert read(tmp_path, "# никого\n") == ()


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    """Guards against a traceback for a file saved by an old editor."""
    file = tmp_path / "users.yaml"
    file.write_bytes(specialist().encode("cp1251"))
    with pytest.raises(AccessError, match="не в UTF-8"):
        read_accounts(file, load_roles(), PLACES)
