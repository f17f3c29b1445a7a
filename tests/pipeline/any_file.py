"""Files of every kind and layout, right and half-right at random: unknown places, repeated keys, gaps, many senders."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from written_files import write_table

from schemas.catalogue import organisation_types, roles, services
from schemas.header_map import Layout, project_layouts
from schemas.kinds import KINDS
from schemas.passport import load_passports

Row = dict[str, str]
ROWS = 14
GAP, JUNK = 0.3, 0.015
"""How often an optional cell is empty, and how often a cell says what its column cannot mean."""
SENDERS = (None, "Управление образования", "управление  «образования»", "Комитет по образованию")
PLACES = (
    ("Красноярский край", "Первый район", "04 610 000"),
    ("Красноярский край", "Первый муниципальный округ", "04610000"),
    ("Красноярский край", "город Первый", "04610101"),
    ("Красноярский край", "Второй район", ""),
    ("Красноярский край", "Третий муниципальный округ", "04610000"),
    ("Тверская область", "Второй район", ""),
    ("Тверская область", "Бывший район", ""),
)
UNKNOWN_PLACES = (
    ("Красноярский край", "Тридевятый район"),
    ("Красноярский край", "Тридесятый район"),
    ("Тридесятая область", "Второй район"),
    ("Тверск. обл.", "Нигде"),
    ("", "Второй район"),
    ("", "Безвестный район"),
    ("Тверская область", ""),
)
DATES = ("01.12.2023", "2023-12-01", "31.12.2023", "01.01.2024", "15.09.2022", "20.12.2023")
MONTH_FIRST = ("12/1/23", "9/3/22", "2/1/24")
"""Days as a layout has them whose dates begin with the month."""
LATER = {"period_end", "due_on", "ended_on", "valid_to", "dismissed_on"}
"""Fields that end what another begins."""
LARGE = {"headcount", "answered", "headcount_teacher", "headcount_student", "headcount_parent", "headcount_leader"}
"""Fields that are the whole of which another is a part."""
MISTAKES = ("нет", "#REF!", "", "-", "999999999999999999999", "-5", "01.01.2031", "2023")
BY_PARSE: dict[str, tuple[str, ...]] = {
    "count": ("0", "5", "17", "1 200"),
    "decimal": ("0", "12,5", "3", "48,6"),
    "roubles": ("1000", "1 600 400,00", "0"),
    "bounds": ("50", "не менее 90", "1-3", "свыше 100", "много", "48,6 %", "1/9", "0"),
    "year": ("2021", "2022", "2023", "2024"),
    "indicator_year": ("2021", "2022", "2023", "2024"),
    "minutes": ("0", "12,5", "90"),
    "document_number": ("1", "А-7", "00012"),
    "year_of": ("2021", "2022", "2023"),
    "yes_no": ("да", "нет"),
    "system": ("Моя школа", "Сферум", "КИАСУО", "Дневник.ру"),
    "subject": ("Урок цифры", "Точка роста", "Кванториум", "РМО", "семинар", "Нечто"),
    "identifier": ("1", "1.1", "2", "А-7"),
    "name": ("А", "Б"),
    "text": ("А", "Б", "а", "№ 5", "всего понемногу"),
    "unit": ("шт.", "комплект", "шт", "%", "чел."),
    "oktmo": ("04610000", "04610101", ""),
    "snils": ("112-233-445 95", "087-654-303 00", "112-233-445 96"),
    "person_identifier": ("112-233-445 95", "087-654-303 00", "8765430300", "u1", "u2"),
    "responsible_group": ("Все школы", "Всем организациям", "МБОУ СОШ № 1; МБОУ СОШ № 2", "Никто"),
    "is_continuing": ("01.02.2024", "ежемесячно до 25 числа", "постоянно"),
    "programmes": ("НОО, ООО", "СОО", "ДОП"),
    "control_level": ("АП", "РП", ""),
    "document_type": ("Удостоверение о повышении квалификации", "Диплом о профессиональной переподготовке"),
    "document_status": ("Оригинал", "Дубликат"),
    "role": tuple(entry.title for entry in roles()),
    "service": tuple(entry.title for entry in services()),
    "organisation_type": tuple(entry.title for entry in organisation_types()),
    "indicator": tuple(passport.code for passport in load_passports()[::6]),
    "locality": ("город", "село"),
    "category": ("педагог", "руководитель", "иной"),
    "scope": ("территория", "каждая организация"),
    "money_unit": ("руб.", "тыс. руб.", "млн руб."),
    "plan_or_fact": ("план", "факт"),
    "certificate_type": ("учёта", "персонифицированного финансирования"),
    "counting_unit": ("человек", "участие"),
    "decision_state": ("исполнено", "в работе", "снято"),
    "object_state": ("план", "действует", "закрыт"),
    "inn": ("",),
}


NAMING = frozenset({"inn", "kpp", "ogrn", "organisation_name", "municipality", "region"})
"""Fields by which an organisation is found."""
NOBODY = {"organisation_name": "МБОУ «Небывалая школа»", "municipality": "Второй район", "region": "Тверская область"}
"""An organisation that no registry has."""
NO_ONE = "112-233-446 96"
"""A СНИЛС that no staff has."""


def every_layout() -> tuple[Layout, ...]:
    return project_layouts()


def layouts_of(kind: str) -> list[Layout]:
    return [layout for layout in every_layout() if layout.kind == kind]


def with_check_digit(nine: str) -> str:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return nine + str(sum(int(digit) * weight for digit, weight in zip(nine, weights, strict=True)) % 11 % 10)


def registry_rows(random: Random) -> Iterator[Row]:
    """Schools of every place, some with sites, former names, moves or successors; two of one name in one place too."""
    number = 0
    for place, (region, municipality, oktmo) in enumerate(PLACES):
        for school in range(1, 5):
            number += 1
            inn = with_check_digit(f"{24 if place < 5 else 69}{44000 + number:05}00"[:9])
            row = {
                "inn": inn, "kpp": f"{inn[:4]}01001", "region": region, "municipality": municipality, "oktmo": oktmo,
                "full_name": f"МБОУ СОШ № {school}" if school < 4 else "МБОУ «Лесная школа»",
                "organisation_type": "СОШ",
                "valid_from": random.choice(("", "01.01.2020")), "is_branch": "нет",
            }  # fmt: skip
            yield row
            if school == 1:
                yield {**row, "kpp": f"{inn[:4]}43001", "full_name": "Филиал № 1", "is_branch": "да"}
            if school == 2:
                former = random.choice(PLACES)
                yield {**row, "valid_from": "01.01.2022", "full_name": "МБОУ «Иная школа»", "municipality": former[1],
                       "region": former[0], "oktmo": former[2]}  # fmt: skip
            if school == 3:
                yield {**row, "valid_from": "01.01.2021", "valid_to": "31.12.2022",
                       "successor_inn": random.choice((with_check_digit("244400002"), "3305900019"))}  # fmt: skip


def write_files(folder: Path, random: Random, files: int) -> list[Path]:
    """A registry of two senders, then files of every layout in turn."""
    known = list(registry_rows(random))
    every = every_layout()
    registry = next(layout for layout in every if layout.kind == "organisation_registry")
    paths = [
        _write(
            folder / f"registry_{number}.csv",
            registry,
            SENDERS[number],
            [row for row in known if random.random() < 0.8],
        )
        for number in (1, 3)
    ]
    for number in range(files):
        layout = every[number % len(every)]
        rows = [any_row(layout, known, random) for _ in range(ROWS)]
        paths.append(_write(folder / f"{layout.kind}_{number:03}.csv", layout, random.choice(SENDERS), rows))
    return paths


def _write(path: Path, layout: Layout, sender: str | None, rows: list[Row]) -> Path:
    return write_table(path, title_lines(sender), table_of(layout, rows))


def title_lines(sender: str | None) -> list[str]:
    return [f"Отправитель: {sender}"] if sender else []


def table_of(layout: Layout, rows: Sequence[Row], turn: int = 0) -> list[list[str]]:
    """The header of a layout and rows; in another turn the columns are in another order and under other headings."""
    fields = list(dict.fromkeys(field for row in rows for field in row))
    if layout.marker:
        fields.append(layout.marker)
    fields = fields[turn % len(fields) :] + fields[: turn % len(fields)]
    return [
        [_heading(layout, field, turn) for field in fields],
        *([row.get(field, "") for field in fields] for row in rows),
    ]


def _heading(layout: Layout, field: str, turn: int) -> str:
    known = [heading for heading, name in layout.spellings.items() if name == field and heading not in layout.stand_ins]
    return known[turn % len(known)] if turn and known else layout.title(field)


def rows_of_every_fate(layout: Layout, one: Row, several: Sequence[Row], good: Row | None = None) -> list[Row]:
    """Of each fate one row for certain (accepted, held, rejected, blank, a total) and several others.

    `good` is accepted for certain when rows of the organisation `one` by its codes are not.
    """
    kind = KINDS[layout.kind]
    # A large kind remembers the people it has read: files of it name the same ones, in every way they are written.
    turns = len(BY_PARSE["person_identifier"]) if kind.partition_column else 1
    first, *more = (sure_row(layout, _named_by_codes(layout, one), turn) for turn in range(turns))
    good = good or first
    # Where the key names no organisation, a row of the same values would be a repeat.
    strange = sure_row(layout, _strange(layout, one), 1 if kind.part_key else 0)
    if kind.organisation == "from_staff":
        strange |= {"person_key": NO_ONE, "inn": ""}
    if layout.unpivot_list:
        strange[layout.unpivot_list] = NOBODY["organisation_name"]
    total = {next(iter(good)): "Итого"}
    return [good, strange, dict(good), {}, *more, *several, total]  # a row at random may repeat the certain ones


def any_row(layout: Layout, known: list[Row], random: Random) -> Row:
    """A row of a layout at random."""
    row = _organisation(layout, known, random)
    for field in _free_fields(layout, row):
        if field not in layout.required and random.random() < GAP:
            row[field] = ""
        elif random.random() < JUNK:
            row[field] = random.choice(MISTAKES)
        else:
            row[field] = random.choice(_values(layout, field))
    return row


def sure_row(layout: Layout, organisation: Row, turn: int = 0) -> Row:
    """A row with nothing wrong in it beside its organisation; rows of two turns have two keys."""
    row = dict(organisation)
    for field in _free_fields(layout, row):
        values = _values(layout, field)
        row[field] = values[turn % len(values)]
    return row


def _free_fields(layout: Layout, row: Row) -> list[str]:
    """Fields of a layout beside those that name the organisation."""
    return [field for field in layout.titles if field not in {*row, *NAMING}]


def _values(layout: Layout, field: str) -> Sequence[str]:
    if field in LARGE:
        return ("1 300",)
    if field in LATER:
        return ("31.01.2024", "29.02.2024")
    days = MONTH_FIRST if layout.month_first_dates else DATES
    return BY_PARSE.get(KINDS[layout.kind].readers.get(field, "count"), days)


def _named_by_codes(layout: Layout, one: Row) -> Row:
    return dict(one) if KINDS[layout.kind].organisation == "registry" else {"inn": one["inn"], "kpp": one["kpp"]}


def _strange(layout: Layout, one: Row) -> Row:
    return {**one, "region": "Тридесятая область"} if KINDS[layout.kind].organisation == "registry" else NOBODY


def _organisation(layout: Layout, known: list[Row], random: Random) -> Row:
    """An organisation by codes or by name, a place, both or neither; known and unknown."""
    if KINDS[layout.kind].organisation == "registry":
        own = dict(random.choice(known))
        if random.random() < 0.2:
            own["region"], own["municipality"] = random.choice(UNKNOWN_PLACES)
        return own
    one = random.choice(known)
    region, municipality = random.choice([(one["region"], one["municipality"])] * 6 + list(UNKNOWN_PLACES))
    row = dict.fromkeys(("inn", "kpp", "organisation_name", "municipality", "region"), "")
    how = random.random()
    if how < (0.35 if layout.organisation == "place" else 0.6):
        row |= {"inn": one["inn"], "kpp": random.choice(("", one["kpp"], "244901001"))}
    elif how < (0.6 if layout.organisation == "place" else 0.97):
        row |= {"organisation_name": one["full_name"], "municipality": municipality, "region": region}
    elif how < 0.9:
        row |= {"municipality": municipality, "region": random.choice((region, region, ""))}
    elif how < 0.95:
        row |= {"region": region}
    return row
