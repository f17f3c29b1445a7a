"""Lists of names, deadlines, addressees, levels of control and codes as documents write them; golden G-Z08, G-C03."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from foundation.text import plain
from ingestion.values.cells import CellReader
from ingestion.values.codes import oktmo_check_digit
from ingestion.values.name_lists import ADDRESS, split_names
from ingestion.values.obligations import (
    control_level,
    due_date,
    due_day_of_month,
    is_continuing,
    is_understood,
    responsible_group,
)
from schemas.indicators import indicator_code_of
from schemas.passport import load_passports

LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯ -"
names = st.text(LETTERS, min_size=1, max_size=30).map(plain).filter(lambda name: name and not ADDRESS.match(name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("МБОУ Озерновская СОШ № 47", ["МБОУ Озерновская СОШ № 47"]),
        ("МБОУ Майская СОШ № 15, МБОУ Безымянская ООШ № 28", ["МБОУ Майская СОШ № 15", "МБОУ Безымянская ООШ № 28"]),
        ("МБОУ Майская СОШ № 15; ООШ № 28\nлицей № 1", ["МБОУ Майская СОШ № 15", "ООШ № 28", "лицей № 1"]),
        ("МБОУ «СОШ №1, 8, 26»", ["МБОУ «СОШ №1»", "МБОУ «СОШ №8»", "МБОУ «СОШ №26»"]),
        ("МБОУ СОШ № 1, 8 и 26", ["МБОУ СОШ № 1", "МБОУ СОШ № 8", "МБОУ СОШ № 26"]),
        ("Школа №1, №2 и №3, лицей № 5", ["Школа №1", "Школа №2", "Школа №3", "лицей № 5"]),
        ("МБОУ СОШ № 4 г. Коврова, 5", ["МБОУ СОШ № 4 г. Коврова", "МБОУ СОШ № 5 г. Коврова"]),
        ("Руководителям МБОУ СОШ №2, МБОУ СОШ №10", ["МБОУ СОШ №2", "МБОУ СОШ №10"]),
        ("директору МБОУ СОШ № 4", ["МБОУ СОШ № 4"]),
        ("в филиалах Луговой, Береговой, Дальний", ["Луговой", "Береговой", "Дальний"]),
        ("МБОУ ДО «ЦДОД «Родничок», МБОУ СОШ № 4", ["МБОУ ДО «ЦДОД «Родничок»»", "МБОУ СОШ № 4"]),
        ("МБОУ «Лицей, имени Героя», СОШ № 4", ["МБОУ «Лицей, имени Героя»", "СОШ № 4"]),
        ("СОШ № 4, СОШ № 4,, ", ["СОШ № 4"]),
        (
            "СОШ № 4, руководителям образовательных учреждений",
            ["СОШ № 4", "руководителям образовательных учреждений"],
        ),
        (", ;", []),
    ],
)
def test_a_list_becomes_its_names(text: str, expected: list[str]) -> None:
    """Guards against «СОШ № 1, 8, 26» read as one school, and against «8» read as a name."""
    assert split_names(text) == expected


@budget(deadline=None)
@given(st.lists(names, min_size=1, max_size=8, unique=True))
def test_joined_names_come_back(found: list[str]) -> None:
    """Guards against a name lost, cut or changed on the way through a list."""
    assert split_names(", ".join(found)) == found
    quoted = [f"МБОУ «{name}»" for name in found]
    assert split_names(", ".join(quoted)) == quoted


@budget(deadline=None)
@given(st.lists(st.integers(min_value=1, max_value=999), min_size=1, max_size=8, unique=True))
def test_numbers_of_one_name_come_back(numbers: list[int]) -> None:
    """Guards against a number of «СОШ № 1, 8, 26» that loses its school or takes another's."""
    listed = ", ".join(map(str, numbers))
    assert split_names(f"МБОУ «СОШ № {listed}»") == [f"МБОУ «СОШ № {number}»" for number in numbers]


@pytest.mark.parametrize(
    ("text", "day", "day_of_month", "continuing"),
    [
        ("28.12.2024", date(2024, 12, 28), None, False),
        ("до 28.02.2025", date(2025, 2, 28), None, False),
        ("до 01.02.2025, далее постоянно.", date(2025, 2, 1), None, True),
        ("01.03.2025, далее постоянно", date(2025, 3, 1), None, True),
        ("до 28 декабря 2024 г., далее постоянно", date(2024, 12, 28), None, True),
        ("2025-03-01", date(2025, 3, 1), None, False),
        ("45689", date(2025, 2, 1), None, False),
        ("постоянно", None, None, True),
        ("ежемесячно", None, 31, False),
        ("Ежемесячно до 25 числа", None, 25, False),
        ("ежемесячно до 25", None, 25, False),
        ("до 25 числа каждого месяца", None, 25, False),
        ("не позднее 5-го числа ежемесячно", None, 5, False),
        ("ежемесячно, не позднее 5 числа месяца, следующего за отчётным", None, 5, False),
        ("ежемесячно с 01.02.2025", date(2025, 2, 1), 31, False),
        ("01.03.2025; ежемесячно до 25 числа, далее постоянно", date(2025, 3, 1), 25, True),
    ],
)
def test_deadlines(text: str, day: date | None, day_of_month: int | None, continuing: bool) -> None:
    """Guards against «ежемесячно до 25 числа» without its 25, and «далее постоянно» that ends on its day."""
    assert (due_date(text), due_day_of_month(text), is_continuing(text)) == (day, day_of_month, continuing)
    assert day or is_understood(text)


@pytest.mark.parametrize(
    "text",
    ["когда-нибудь", "31.02.2025", "до 31.02.2025, далее постоянно", "ежемесячно до 45 числа", "ежемесячно до 0 числа"],
)
def test_no_deadlines(text: str) -> None:
    """Guards against a day that does not exist passed over because the cell says something else as well."""
    assert due_date(text) is None
    assert not is_understood(text)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Руководителям образовательных учреждений", "general_education"),
        ("Руководителям образовательных учреждений:", "general_education"),
        ("РУКОВОДИТЕЛИ  ОБРАЗОВАТЕЛЬНЫХ ОРГАНИЗАЦИЙ.", "general_education"),
        ("все школы", "general_education"),
        ("Всем образовательным организациям", "every_organisation"),
        ("Руководителям МБОУ СОШ № 2", None),
        ("МБОУ СОШ № 2", None),
    ],
)
def test_groups_of_addressees(text: str, group: str | None) -> None:
    """Guards against «руководителям образовательных учреждений:» held as the name of a school."""
    assert responsible_group(text) == group


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("АП", "АП"),
        ("А\u03a0", "АП"),
        ("A\u03a0", "АП"),
        ("Р\u03a0", "РП"),
        ("\u03a1\u03a0", "РП"),
        ("PII", "РП"),
        ("РII", "РП"),
        (" рп ", "РП"),
        ("МП", "МП"),
    ],
)
def test_levels_of_control(text: str, level: str) -> None:
    """Guards against three levels of control where the scan has Greek and Latin letters in one (G-Z08)."""
    assert control_level(text) == level


def test_indicators_by_the_codes_of_the_documents() -> None:
    """Guards against a plan rejected because it names its indicator as its own document does."""
    reader = CellReader(
        secret=None, month_first=False, may_repair_inn=lambda _: False, indicator_code=indicator_code_of
    )
    read = reader.of("indicator")
    assert read("ENI.1").value == "equipped_organisations"
    assert read("eni.1 ").value == "equipped_organisations"
    assert read("ZIM.S1").value == "organisations_with_speed_100_appendix"
    assert read("KOV.4").value == "organisations_on_gosweb"
    assert read("KOV.99").rule == "indicator_known"
    codes = {code: passport.code for passport in load_passports() for code in passport.document_codes}
    assert {code: read(code).value for code in codes} == codes


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("28606000", 0), ("28618000", 3), ("24613000", 3), ("04631437126", 3), ("04603404106", 2)],
)
def test_check_digit_of_oktmo(digits: str, expected: int) -> None:
    """Guards against G-C03: wrong weights, or a remainder of ten kept."""
    assert oktmo_check_digit(digits) == expected


def test_check_digit_of_oktmo_with_both_weights_at_ten() -> None:
    """Guards against a check digit of two digits where the second weights give ten again."""
    weights = {first: [(first + at - 1) % 10 + 1 for at in range(8)] for first in (1, 3)}
    twice_ten = next(
        code
        for code in (f"{number:08d}" for number in range(1, 100_000))
        if all(sum(int(d) * w for d, w in zip(code, row, strict=True)) % 11 == 10 for row in weights.values())
    )
    assert oktmo_check_digit(twice_ten) == 0
