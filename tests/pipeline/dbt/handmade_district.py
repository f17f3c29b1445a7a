"""A district made by hand: 17 schools, one with a branch, a club that is no school, a school closed in 2022."""

from collections.abc import Callable
from datetime import date

from handmade_warehouse import DISTRICT, REGION, SourceFile, Warehouse

SCHOOLS = [f"24470000{number:02d}" for number in range(1, 18)]
BRANCH = f"{SCHOOLS[0]}/244702001"
CLUB = "2447000099"
DOCUMENT = "Решение коллегии № 2"
DECEMBER = date(2024, 12, 1)


def fill(warehouse: Warehouse) -> None:
    """All files of the district."""
    steps: list[Callable[[Warehouse], None]] = [
        _registry,
        _headcount,
        _equipment,
        _people,
        _registration,
        _activity,
        _coverage,
        _connectivity,
        _plans,
        _certificates,
        _notes,
    ]
    for step in steps:
        step(warehouse)


def _registry(warehouse: Warehouse) -> None:
    source = warehouse.file("organisation_registry")
    for number, inn in enumerate(SCHOOLS, start=1):
        warehouse.school(source, inn, f"МБОУ СОШ № {number}")
    warehouse.school(source, BRANCH, "Филиал СОШ № 1", kpp="244702001")
    warehouse.school(source, CLUB, "Дом творчества", organisation_type="ДО", is_general_education=False)
    warehouse.school(source, "2447000098", "МБОУ ООШ № 98", organisation_type="ООШ", valid_to=date(2022, 8, 31))
    source.ignored = 2


def _headcount(warehouse: Warehouse) -> None:
    source = warehouse.file("headcount", "Управление образования")
    for inn in SCHOOLS:
        warehouse.add(source, inn, snapshot_date=date(2024, 9, 20), students=100, teachers=20, leaders=1)
    # The branch counts with its school: 20 + 10 teachers.
    warehouse.add(source, BRANCH, snapshot_date=date(2024, 9, 20), students=40, teachers=10)


def _equipment(warehouse: Warehouse) -> None:
    source = warehouse.file("equipment_delivery")
    for inn, day, item, unit, quantity, programme in (
        (SCHOOLS[1], date(2021, 8, 20), "Ноутбук", "шт", 41, "ЦОС"),
        (SCHOOLS[1], date(2021, 8, 20), "Ноутбук", "комплект", 2, None),
        (SCHOOLS[1], date(2023, 9, 1), "МФУ", "шт", 1, "Региональный проект «Цифровая образовательная среда»"),
        (SCHOOLS[2], date(2023, 9, 1), "Ноутбук", "шт", 30, None),
        (SCHOOLS[3], date(2024, 9, 1), "Ноутбук", "шт", 30, "цос"),
        (SCHOOLS[4], date(2022, 9, 1), "3D-принтер", "шт", 1, "Точка роста"),
        (CLUB, date(2022, 9, 1), "Ноутбук", "шт", 1, "ЦОС"),
    ):
        warehouse.add(
            source,
            inn,
            delivered_on=day,
            delivery_year=day.year,
            item=item,
            unit=unit,
            quantity=quantity,
            programme=programme,
        )


def _people(warehouse: Warehouse) -> None:
    staff = warehouse.file("staff")

    def hire(inn: str, person: str, category: str = "teacher", **values: object) -> None:
        day = date(2019, 9, 1)
        warehouse.add(staff, inn, person_key=person, position="учитель", category_code=category, hired_on=day, **values)

    hire(SCHOOLS[0], "once")
    hire(SCHOOLS[0], "two-schools")
    hire(SCHOOLS[1], "two-schools")
    hire(SCHOOLS[1], "external-elsewhere")
    hire(SCHOOLS[2], "external-elsewhere", is_external=True)
    hire(SCHOOLS[2], "gone", dismissed_on=date(2023, 5, 31))
    hire(SCHOOLS[2], "untrained")
    hire(SCHOOLS[2], "head", "leader")
    hire(SCHOOLS[3], "unmatched-course")
    training = warehouse.file("training_record", beside=staff)

    def course(
        person: str, issued: date, title: str = "Цифровая образовательная среда", status: str = "Оригинал"
    ) -> None:
        warehouse.add(
            training,
            SCHOOLS[0],
            document_type="Удостоверение",
            document_status=status,
            document_number=f"{person}{issued}",
            issued_on=issued,
            programme_title=title,
            hours=36,
            person_key=person,
        )

    course("once", date(2021, 3, 1))
    course("once", date(2023, 3, 1), "Сферум и «Моя школа» в работе учителя")
    course("once", date(2024, 3, 1), status="Дубликат")
    course("two-schools", date(2022, 3, 1))
    course("external-elsewhere", date(2022, 3, 1))
    course("gone", date(2022, 3, 1))
    course("head", date(2020, 3, 1))
    course("never-hired", date(2020, 3, 1))
    course("unmatched-course", date(2023, 3, 1), "Методика преподавания математики")
    course("untrained", date(2023, 3, 1), "Первая помощь в цифровой образовательной среде")


def _register(
    warehouse: Warehouse, source: SourceFile, inn: str, day: date, role: str, registered: int, **more: object
) -> None:
    system = str(more.pop("system_code", "my_school"))
    warehouse.add(source, inn, system_code=system, snapshot_date=day, role_code=role, registered=registered, **more)


def _registration(warehouse: Warehouse) -> None:
    first = warehouse.file("platform_registration", "Школы")
    _register(warehouse, first, SCHOOLS[2], date(2025, 1, 1), "teacher", 15)
    source = warehouse.file("platform_registration", "Управление образования")
    _register(warehouse, source, SCHOOLS[0], date(2024, 11, 1), "teacher", 1)
    _register(warehouse, source, SCHOOLS[0], DECEMBER, "teacher", 20)
    _register(warehouse, source, BRANCH, DECEMBER, "teacher", 4)
    _register(warehouse, source, SCHOOLS[1], DECEMBER, "teacher", 20)
    # 1 January 2025 closes 2024.
    _register(warehouse, source, SCHOOLS[2], date(2025, 1, 1), "teacher", 10)
    _register(warehouse, source, SCHOOLS[3], DECEMBER, "organisation", 1)
    # Only КИАСУО knows parents: a proxy, with its own headcount as denominator.
    _register(warehouse, source, SCHOOLS[0], DECEMBER, "parent", 90, system_code="kiasuo", headcount=100)
    source.rejected = 1


def _activity(warehouse: Warehouse) -> None:
    source = warehouse.file("platform_activity")

    def active(inn: str, count: int, system: str = "my_school", month: int = 12, role: str = "teacher") -> None:
        start, end = date(2024, month, 1), date(2024, month, 30)
        warehouse.add(
            source,
            inn,
            system_code=system,
            period_start=start,
            period_end=end,
            role_code=role,
            active=count,
        )

    active(SCHOOLS[0], 3, month=11)
    active(SCHOOLS[0], 24)
    active(SCHOOLS[1], 14)
    active(SCHOOLS[2], 0)
    active(SCHOOLS[0], 30, "sferum")
    active(SCHOOLS[4], 5, "sferum")
    log = warehouse.file("platform_activity_person", beside=source)
    for person, inn, day in (
        ("a", SCHOOLS[1], date(2024, 12, 2)),
        ("a", SCHOOLS[1], date(2024, 12, 3)),
        ("b", SCHOOLS[3], date(2024, 12, 2)),
        ("b", SCHOOLS[3], date(2024, 12, 9)),
        ("c", SCHOOLS[3], date(2024, 12, 9)),
        ("d", SCHOOLS[3], date(2024, 11, 9)),
    ):
        warehouse.add(log, inn, system_code="my_school", activity_date=day, person_key=person, role_code="teacher")


def _coverage(warehouse: Warehouse) -> None:
    source = warehouse.file("service_coverage")
    for inn, service, system, covered in (
        (SCHOOLS[0], "electronic_diary", "kiasuo", 140),
        (SCHOOLS[0], "learning_plan", "kiasuo", 70),
        (SCHOOLS[1], "learning_plan", "kiasuo", 96),
        (SCHOOLS[1], "digital_profile", "my_school", 50),
    ):
        warehouse.add(
            source,
            inn,
            system_code=system,
            snapshot_date=DECEMBER,
            service_code=service,
            role_code="student",
            covered=covered,
        )


def _connectivity(warehouse: Warehouse) -> None:
    source = warehouse.file("connectivity")

    def speed(inn: str, low: int | None, high: int | None, kind: str) -> None:
        warehouse.add(
            source,
            inn,
            measured_on=DECEMBER,
            speed_low=low,
            speed_high=high,
            speed_kind=kind,
            speed_text=f"{low}-{high}",
        )

    speed(SCHOOLS[0], 100, None, "at_least")
    speed(BRANCH, 1, 3, "range")
    speed(SCHOOLS[1], 100, None, "at_least")
    speed(SCHOOLS[2], 10, 30, "range")
    speed(SCHOOLS[3], None, 2, "at_most")
    speed(SCHOOLS[4], 20, 20, "exact")
    speed(SCHOOLS[5], None, None, "missing")


def _plans(warehouse: Warehouse) -> None:
    source = warehouse.file("indicator_plan")

    def plan(indicator: str, value: float, clause: str, **values: object) -> None:
        row: dict[str, object] = {
            "year": 2024,
            "plan_low": value,
            "plan_high": value,
            "plan_kind": "exact",
            "plan_text": str(value),
            "scope": "territory",
            "document": DOCUMENT,
            "document_date": date(2024, 12, 19),
            "clause": clause,
            "level": "municipality",
            "territory_key": DISTRICT["municipality_key"],
            "unit": "%",
            **DISTRICT,
            **values,
        }
        warehouse.add(source, None, key=f"{indicator}{clause}{values}", indicator_code=indicator, **row)

    plan("equipped_organisations", 5.7, "1")
    plan("teachers_using_platform", 40, "строка 22")
    plan("teachers_using_platform", 5, "строка 62")
    plan("teachers_registered", 70, "3.3.3")
    plan("teachers_registered", 70, "п. 3", document="Письмо")
    plan("teachers_active_my_school", 1, "3.3.4", scope="each_organisation")
    region = {**REGION, "municipality": None, "municipality_key": None, "level": "region", "territory_key": "RU-KYA"}
    plan("organisations_with_speed", 50, "р1", **region)
    plan("organisations_registered", 6, "р2", **region, unit="ед.")


def _certificates(warehouse: Warehouse) -> None:
    """One number of the municipality from two senders."""
    place = {"level": "municipality", "territory_key": DISTRICT["municipality_key"], **DISTRICT}
    for sender, issued in (("Фонд", 700), ("Управление образования", 710)):
        warehouse.add(
            warehouse.file("certificate", sender), None, key="certificates", snapshot_date=DECEMBER, issued=issued,
            certificate_type="registration", **place,
        )  # fmt: skip


def _notes(warehouse: Warehouse) -> None:
    """Notes of the municipality and of a branch, and a fact that a document gives as a bound."""
    place = {"level": "municipality", "territory_key": DISTRICT["municipality_key"], **DISTRICT}
    source = warehouse.file("note")

    def note(organisation_id: str | None, indicator: str, text: str, **values: object) -> None:
        row = {"indicator_code": indicator, "text": text, **values}
        warehouse.add(source, organisation_id, key=f"{organisation_id}{row}", **row)

    note(None, "equipped_organisations", "По актам", year=2023, last_year=2024, **place)
    note(None, "equipped_organisations", "Ждут поставки", year=2024, number="2", document="Письмо № 5", **place)
    note(None, "teachers_trained", "По актам", **place)
    note(None, "teachers_trained", "Не о нашем годе", year=2010, **place)
    note(BRANCH, "organisations_with_speed", "Филиал на ремонте", year=2024, level="organisation", **REGION)
    warehouse.add(
        warehouse.file("indicator_reported"), None, key="fact", indicator_code="teachers_registered", year=2024,
        fact_low=10, fact_kind="at_least", fact_text="не менее 10", scope="territory", document=DOCUMENT, unit="%",
        clause="7", **place,
    )  # fmt: skip
