"""A person's numbers planted in every column of every kind, in titles, headings, and names of files, sheets, senders.

Guards against a СНИЛС or a person's ИНН that is kept or told anywhere: build, journals, protocols, answers, logs.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from bytes_on_disk import contents, files_of

from cli.main import main
from foundation.secret import create_secret
from foundation.settings import Settings, get_settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive, settle_held
from schemas.header_map import Layout, project_layouts
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
INN = "999977700140"


def snils(number: int) -> str:
    """A СНИЛС that nobody was issued (they do not begin with 9), with its check number, as people write it."""
    digits = f"9{number:08}"
    control = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {control:02}"


ORDINARY = {
    "count": "12", "decimal": "12,5", "minutes": "30", "roubles": "100", "bounds": "50", "year": "2024",
    "indicator_year": "2024", "plan_year": "2024", "inn": "2447000018", "kpp": "244701001", "system": "Сферум",
    "role": "педагог", "service": "электронный дневник", "indicator": "teachers_registered", "yes_no": "да",
    "organisation_type": "СОШ", "category": "педагог", "locality": "город", "object_state": "действует",
    "money_unit": "руб.", "plan_or_fact": "факт", "document_type": "Удостоверение о повышении квалификации",
    "document_status": "Оригинал", "counting_unit": "человек", "scope": "территория", "oktmo": "04615000",
    "ogrn": "1022401270019", "due_date": "31.12.2024", "decision_state": "в работе", "snils": "901-234-567 50",
}  # fmt: skip
NAMES = {"municipality": "Енисейский район", "region": "Красноярский край", "organisation_name": "МБОУ СОШ № 1"}


class Planter:
    """Texts with a number of a person each, no two alike, and all of them."""

    def __init__(self) -> None:
        self.planted: list[str] = []

    def text(self, words: str) -> str:
        number = snils(len(self.planted) + 10_000_000)
        self.planted.append(number)
        return f"{words} {number}"


def ordinary(layout: Layout, field: str) -> str:
    """A value that a column of this field may have."""
    parse = KINDS[layout.kind].readers.get(field.split(".", maxsplit=1)[0], "count")
    if field in NAMES:
        return NAMES[field]
    if "date" in parse or "period" in parse:
        return "01.12.2024"
    return ORDINARY.get(parse, "Слово")


def plant(path: Path, layout: Layout, planter: Planter) -> None:
    """A workbook of one layout: an ordinary row, then one a column with a number of a person planted in it."""
    fields = list(layout.titles)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(planter.text("Л")[:31])
        sheet.write(0, 0, f"Отправитель: {planter.text('Отдел')}")
        sheet.write(1, 0, planter.text("Сведения"))
        sheet.write_row(2, 0, [layout.titles[field] for field in fields])
        sheet.write(2, len(fields), planter.text("Пояснение"))
        for row in range(len(fields) + 1):
            cells = [ordinary(layout, field) for field in fields]
            if row:
                cells[row - 1] = planter.text("") if row % 2 else planter.text("Слово")
            sheet.write_row(3 + row, 0, [*cells, planter.text("Примечание")])
        sheet.write(5 + len(fields), 0, f"Исп. {INN}, тел. 8(000)000-00-00, {planter.text('учётная запись')}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_SECRET", raising=False)
    get_settings.cache_clear()
    settings = get_settings()
    create_secret(settings)
    yield settings
    get_settings.cache_clear()


def test_no_number_of_a_person_is_kept_or_told(
    home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every byte of the home but the archive, and everything printed."""
    planter = Planter()
    paths = []
    for layout in project_layouts():
        paths.append(tmp_path / f"{planter.text(layout.kind)} {layout.name}.xlsx")
        plant(paths[-1], layout, planter)
    for path in paths:
        main(["check", str(path), "--json"])
        main(["check", str(path)])
    main(["add", *map(str, paths)])
    kept = io.BytesIO()
    for report in receive(home):
        kept.write(repr(report).encode())
    for kind in LOAD_ORDER:
        for report in load_kind(home, kind):
            kept.write(repr(report).encode())
    settle_held(home)
    main(["match", "list"])
    printed = capsys.readouterr()
    kept.write((printed.out + printed.err).encode())
    for path in files_of(home.home, {"archive", "secret"}):
        kept.write(os.fsencode(path.relative_to(home.home)))
        for content in contents(path):
            kept.write(content)
    everything = kept.getvalue()
    told = [number for number in [*planter.planted, INN] if number.encode() in everything]
    told += [number for number in planter.planted if number.replace("-", "").replace(" ", "").encode() in everything]
    assert told == []
    assert everything.count("[СНИЛС скрыт]".encode()) > len(planter.planted)  # they did come this far
