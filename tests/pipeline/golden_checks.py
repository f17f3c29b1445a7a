"""The 44 golden checks of the five seed documents: what to ask of the release, and what must come out.

An answer is compared as text, decimals without trailing zeros. Checks that no table answers are functions.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingestion.values.codes import is_valid_inn, is_valid_ogrn, oktmo_check_digit
from schemas.personal import is_valid_snils

YENISEISK, KEMEROVO, KOVROV, TULA, ZIMA = "04615000", "32507000", "17725000", "70701000", "25720000"


@dataclass(frozen=True)
class Check:
    """One golden check: the bug it guards against, a query, the rows it must give."""

    guards_against: str
    sql: str
    rows: list[tuple[str | None, ...]]


def territory(code: str, place: str, columns: str, year: str = "2024") -> str:
    """A query of the territory mart, years in order."""
    return (
        f"select {columns} from marts.indicator_by_territory where indicator_code = '{code}'"
        f" and territory_id = '{place}' and year in ({year}) order by year"
    )


def published(code: str, columns: str, where: str = "true") -> str:
    """A query of the reconciliation, lines in order."""
    return (
        f"select {columns} from marts.reconciliation where indicator_code = '{code}' and {where}"
        " order by year, reported_text"
    )


CHECKS: dict[str, Check] = {
    "G-E01": Check(
        "a second delivery counted as a second school",
        territory("equipped_organisations", YENISEISK, "numerator, denominator, round(value, 1)"),
        [("3", "17", "17.6")],
    ),
    "G-E02": Check(
        "a year without deliveries falling back to zero",
        territory("equipped_organisations", YENISEISK, "round(value, 1)", "2020, 2021, 2022, 2023, 2024"),
        [("0",), ("5.9",), ("5.9",), ("11.8",), ("17.6",)],
    ),
    "G-E03": Check(
        "a deviation taken from rounded numbers",
        territory("equipped_organisations", YENISEISK, "plan, deviation, round(deviation, 1), status"),
        [("5.7", "11.947059", "11.9", "achieved")],
    ),
    "G-E04": Check(
        "duplicates, second courses, other topics and dismissed people among the trained",
        territory("teachers_trained", YENISEISK, "numerator, denominator, round(value, 1)"),
        [("233", "479", "48.6")],
    ),
    "G-E05": Check(
        "«не менее 10» compared as something else than 10",
        territory("teachers_trained", YENISEISK, "plan, round(deviation, 1), status"),
        [("10", "38.6", "achieved")],
    ),
    "G-E06": Check(
        "a published percentage that no whole number of people gives passing for right",
        "select indicator_code, reported_text, round(computed, 2), verdict from marts.reconciliation where year = 2024"
        " and indicator_code in ('teachers_registered', 'teachers_active_my_school', 'teachers_active_sferum')"
        " and value_type = 'fact' order by indicator_position",
        [
            ("teachers_registered", "90,53", "90.61", "differs"),
            ("teachers_active_my_school", "42", "41.96", "agrees"),
            ("teachers_active_sferum", "13,59", "13.57", "differs"),
        ],
    ),
    "G-E07": Check(
        "«1-3» compared by its first figure, or dropped as unreadable",
        "select count(distinct organisation_id), round(100.0 * count(distinct organisation_id) / 17, 1)"
        f" from marts.connectivity_by_organisation where municipality_id = '{YENISEISK}' and speed_high < 20"
        " and date = date '2024-12-01'",
        [("6", "35.3")],
    ),
    "G-E08": Check(
        "a site's shortfall hidden by its head site",
        "select regexp_extract(organisation_name, '[А-Я][а-я]+(-[А-Я][а-я]+)?ская') from"
        " marts.indicator_by_organisation where indicator_code = 'teachers_registered' and year = 2024 and"
        f" municipality_id = '{YENISEISK}' and value < 100 order by 1",
        [("Безымянская",), ("Верхнепашинская",), ("Новокаргинская",), ("Усть-Кемская",), ("Шапкинская",)],
    ),
    "G-E09": Check(
        "one of two plans silently overwriting the other, and a contradiction nobody is told of",
        published("teachers_using_platform", "value_type, reported_text, verdict, other_values"),
        [
            ("plan", "20", "contradiction", "40 — строка 22"),
            ("plan", "40", "contradiction", "20 — строка 62"),
        ],
    ),
    "G-E10": Check(
        "a district's average standing for «в каждом ОУ»",
        "select indicator_code, round(value, 2), status, organisations_below_plan from marts.indicator_by_territory"
        f" where territory_id = '{YENISEISK}' and year = 2024 and plan_scope = 'each_organisation' and unit = '%'"
        " order by indicator_position",
        [
            ("students_active_my_school", "7", "not_achieved", "17"),
            ("students_active_sferum", "6.52", "not_achieved", "17"),
            ("teachers_active_my_school", "41.96", "not_achieved", "17"),
            ("teachers_active_sferum", "13.57", "not_achieved", "17"),
        ],
    ),
    "G-E11": Check(
        "meetings of one year standing for those of five",
        territory("methodical_meetings", YENISEISK, "numerator, reported"),
        [("23", "23")],
    ),
    "G-E12": Check(
        "sites, the management body or additional education counted as schools",
        territory("organisations_registered", YENISEISK, "denominator"),
        [("17",)],
    ),
    "G-E13": Check(
        "30 % of 17 schools taken for five",
        "select cast(ceil(plan * denominator / 100) as integer) from marts.indicator_by_territory where"
        f" indicator_code = 'organisations_using_platform' and territory_id = '{YENISEISK}' and year = 2024",
        [("6",)],
    ),
    "G-E14": Check(
        "two reports that name one school by different identifiers",
        "select organisation_name from marts.organisation_card where year = 2024"
        f" and municipality_id = '{YENISEISK}' and is_equipped and speed_high < 20",
        [("МБОУ Ярцевская СОШ № 12",)],
    ),
    "G-E15": Check(
        "a verdict that differs from the document's own",
        "select passport.document_codes, indicator.status from marts.indicator_by_territory as indicator"
        " join marts.indicator_passport as passport using (indicator_code)"
        f" where territory_id = '{YENISEISK}' and year = 2024 and document_codes in ('ENI.1', 'ENI.2.2', 'ENI.2.3',"
        " 'ENI.2.5a', 'ENI.2.5b', 'ENI.3.2', 'ENI.3.3', 'ENI.3.4a', 'ENI.3.4b', 'ENI.4.1', 'ENI.4.2') order by 1",
        [
            ("ENI.1", "achieved"), ("ENI.2.2", "achieved"), ("ENI.2.3", "achieved"), ("ENI.2.5a", "not_achieved"),
            ("ENI.2.5b", "not_achieved"), ("ENI.3.2", "achieved"), ("ENI.3.3", "achieved"),
            ("ENI.3.4a", "not_achieved"), ("ENI.3.4b", "not_achieved"), ("ENI.4.1", "achieved"),
            ("ENI.4.2", "not_achieved"),
        ],
    ),
    "G-K01": Check(
        "preschool groups or the management body counted as organisations",
        territory("organisations_total", KEMEROVO, "numerator, reported", "2020"),
        [("23", "23")],
    ),
    "G-K02": Check(
        "a column of the network's table that does not add up unnoticed",
        "select year, sum(reported) from marts.reconciliation where indicator_code = 'network_organisations'"
        " and unit = 'шт' group by year order by year",
        [(str(year), "23") for year in range(2015, 2021)],
    ),
    "G-K03": Check(
        "«% от общего числа» of 100 in every line taken for a share",
        "select network_group, round(share, 1) from marts.network_by_type"
        f" where municipality_id = '{KEMEROVO}' and year = 2020 and organisations > 0 order by 2, 1",
        [
            ("Школы-интернаты", "4.3"), ("Детские сады", "8.7"),
            ("Учреждения дополнительного образования", "8.7"), ("Общеобразовательные организации", "78.3"),
        ],
    ),
    "G-K04": Check(
        "yearly increments compared as if each were the whole plan",
        territory("organisations_joining_project", KEMEROVO, "plan", "2022, 2023, 2024")
        .replace("select plan", "select plan, round(100 * plan / denominator, 1)"),
        [("6", "33.3"), ("14", "77.8"), ("18", "100")],
    ),
    "G-K05": Check(
        "20 equipped of 18 schools passing unnoticed",
        "select left_value, right_value, verdict from marts.document_check"
        " where check_code = 'kemerovo_equipped_above_schools'",
        [("20", "18", "contradicts")],
    ),
    "G-K06": Check(
        "repairs of the boarding school lost, or all years added together",
        territory("capital_repairs_planned", KEMEROVO, "year, numerator", "2021, 2022, 2023, 2024, 2025"),
        [("2021", "1"), ("2022", "2"), ("2023", "2"), ("2024", "1"), ("2025", "1")],
    ),
    "G-K07": Check(
        "four organisations out of two joined names",
        territory("equipped_organisations", KEMEROVO, "numerator, denominator", "2020"),
        [("2", "18")],
    ),
    "G-K08": Check(
        "certificates of a municipality lost because no organisation is named",
        territory("certificates_issued", KEMEROVO, "numerator, reported", "2020"),
        [("7756", "7756")],
    ),
    "G-V01": Check(
        "the target model counted by deliveries instead of organisations",
        territory("target_model_organisations", KOVROV, "numerator, denominator", "2022"),
        [("18", "18")],
    ),
    "G-V02": Check(
        "МУК left out of the general-education organisations",
        territory("organisations_supplied", KOVROV, "numerator, denominator", "2022"),
        [("18", "18")],
    ),
    "G-V03": Check(
        "sites counted for schools only",
        territory("organisations_on_gosweb", KOVROV, "numerator, denominator, plan", "2022"),
        [("58", "58", "58")],
    ),
    "G-V04": Check(
        "«14 266» with a space read as 14",
        territory("students_in_distance_learning", KOVROV, "numerator, reported", "2022"),
        [("14266", "14266")],
    ),
    "G-V05": Check(
        "participants of a municipality lost, or divided by something else than all students",
        "select lessons.numerator, round(100 * lessons.numerator / students.denominator, 1)"
        " from marts.indicator_by_territory as lessons join marts.indicator_by_territory as students"
        " using (territory_id, year) where lessons.indicator_code = 'open_lesson_participants'"
        " and students.indicator_code = 'students_on_supplied_equipment'"
        f" and territory_id = '{KOVROV}' and year = 2022",
        [("5744", "40.3")],
    ),
    "G-V06": Check(
        "«1 млн. 600 тыс. 400 рублей» read as 1",
        "select amount from marts.funding_by_organisation where organisation_name like '%№ 4%' and year = 2022",
        [("1600400",)],
    ),
    "G-T01": Check(
        "laptops of one kind counted only",
        "select sum(quantity) from marts.equipment_by_organisation where item like 'Ноутбук%' and year = 2019"
        f" and municipality_id = '{TULA}'",
        [("38",)],
    ),
    "G-T02": Check(
        "41 pieces and 2 sets summed into 43",
        f"select unit, sum(quantity) from marts.equipment_by_organisation where municipality_id = '{TULA}'"
        " and year = 2019 group by unit order by unit",
        [("комплект", "2"), ("шт.", "41")],
    ),
    "G-T03": Check(
        "one of two numbers of the managers' laptops chosen in silence",
        published("equipment_pieces_delivered", "reported_text, computed, verdict", "breakdown like '%управлен%'"),
        [("3", "6", "contradiction"), ("6", "6", "contradiction")],
    ),
    "G-T04": Check(
        "courses of May and June 2022 counted into the school year 2022/2023",
        "select indicator_code, year, numerator from marts.indicator_by_territory"
        f" where territory_id = '{TULA}' and indicator_code in ('teachers_trained_in_year',"
        " 'teachers_trained_in_school_year') order by 1",
        [("teachers_trained_in_school_year", "2023", "10"), ("teachers_trained_in_year", "2022", "4")],
    ),
    "G-Z01": Check(
        "«1/9» read as the first of September, or as 0,11",
        "select distinct plan_numerator, plan_denominator, round(plan, 1) from marts.indicator_plan"
        " where indicator_code = 'organisations_with_speed_100_appendix' and plan_denominator is not null",
        [("1", "9", "11.1")],
    ),
    "G-Z02": Check(
        "millions and roubles added together",
        "select sum(amount), (select left_value || ' ' || verdict from marts.document_check where check_code ="
        f" 'zima_funding_total') from marts.funding_by_organisation where municipality_id = '{ZIMA}'",
        [("58000", "0.058000 holds")],
    ),
    "G-Z03": Check(
        "100-250 «процент» and 1,6-2,22 of one indicator passing for two right values",
        "select verdict, count(*), min(unit) from marts.reconciliation where indicator_code like"
        " 'students_horizontal_learning%' group by verdict",
        [("contradiction", "8", "процент")],
    ),
    "G-Z04": Check(
        "5-20 and 4,2-5,55 of one indicator passing for two right values",
        "select verdict, count(*) from marts.reconciliation where indicator_code like 'teachers_trained_one_window%'"
        " group by verdict",
        [("contradiction", "8")],
    ),
    "G-Z05": Check(
        "trips that OCR moved into the next cell lost",
        "select year, plan, plan_kind from marts.indicator_plan where indicator_code = 'it_cube_visits' order by year",
        [("2022", "20", "at_least"), ("2023", "40", "at_least"), ("2024", "60", "at_least")],
    ),
    "G-Z06": Check(
        "«не менее16» without a space unread",
        "select year, plan, plan_kind from marts.indicator_plan where indicator_code = 'teachers_trained_to_date'"
        " order by year",
        [("2020", "4", "at_least"), ("2024", "16", "at_least")],
    ),
    "G-Z07": Check(
        "a number invented for what OCR destroyed",
        "select indicator_code, reported_text, reported from marts.reconciliation where verdict = 'review' order by 1",
        [("organisations_on_federal_platform", "+", None), ("organisations_with_speed_100", "+", None)],
    ),
    "G-Z08": Check(
        "«АΠ» with a Greek letter and «PII» taken for other levels of control",
        "select control_level, count(*) from marts.milestone_status where is_current group by 1 order by 1",
        [("АП", "11"), ("РП", "4")],
    ),
}  # fmt: skip


def snils_check_number() -> None:
    """G-C01. Guards against a wrong weight, and against old numbers without a check number being refused."""
    assert is_valid_snils("11223344595")
    assert not is_valid_snils("11223344596")
    assert is_valid_snils("00100199800")


def codes_of_a_real_school() -> None:
    """G-C02. Guards against a wrong weight in the check digits of ИНН and ОГРН."""
    assert is_valid_inn("5720010403")
    assert is_valid_ogrn("1025700696383")
    assert not is_valid_inn("5720010404")
    assert not is_valid_ogrn("1025700696384")


def oktmo_check_digits() -> None:
    """G-C03. Guards against the second and third round of weights being forgotten."""
    known = {"28606000": 0, "28618000": 3, "24613000": 3, "04631437126": 3, "04603404106": 2}
    assert {code: oktmo_check_digit(code) for code in known} == known


ARITHMETIC: dict[str, Callable[[], None]] = {
    "G-C01": snils_check_number,
    "G-C02": codes_of_a_real_school,
    "G-C03": oktmo_check_digits,
}
