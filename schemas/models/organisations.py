"""Registry of organisations and headcounts."""

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, count, fact_date, flag, free_date, row_rule, text
from schemas.kind import Kind

ORGANISATION_REGISTRY = pa.DataFrameSchema(
    {
        "inn": text("ИНН", "ИНН юридического лица, 10 цифр", required=True, parse="inn"),
        "kpp": text("КПП", "КПП юридического лица или филиала, 9 знаков", parse="kpp"),
        "ogrn": text("ОГРН", "ОГРН юридического лица, 13 цифр", parse="ogrn"),
        "oktmo": text("ОКТМО", "Код муниципального образования, 8 или 11 цифр", parse="oktmo"),
        "region": text("Субъект", "Субъект Российской Федерации", required=True, parse="name"),
        "municipality": text("Муниципалитет", "Муниципальное образование", required=True, parse="name"),
        "full_name": text(
            "Полное наименование", "Полное наименование организации или филиала", required=True, parse="name"
        ),
        "short_name": text("Краткое наименование", "Сокращённое наименование", parse="name"),
        "organisation_type": text(
            "Тип организации", "Тип: СОШ, ООШ, гимназия, МУК, ДО, …", required=True, parse="organisation_type"
        ),
        "locality_type": text("Местность", "Местность: город, село, пгт", parse="locality"),
        "is_general_education": flag("Общеобразовательная", "Входит ли в число общеобразовательных организаций"),
        "programmes": text("Реализует программы", "Уровни программ: НОО, ООО, СОО, ДОП", parse="programmes"),
        "is_branch": flag("Филиал", "Запись о филиале, а не о юридическом лице"),
        "head_inn": text("ИНН головной организации", "ИНН юридического лица, которому принадлежит филиал", parse="inn"),
        "valid_from": free_date("Действует с", "Первый день действия записи", parse="period_start"),
        "valid_to": free_date("Действует по", "Последний день действия записи", parse="period_end"),
        "successor_inn": text("ИНН преемника", "ИНН организации-преемника", parse="inn"),
    },
    checks=[row_rule("validity_order", "valid_to", pl.col("valid_to") >= pl.col("valid_from"))],
)

HEADCOUNT = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "snapshot_date": fact_date("Дата", "Дата, на которую дана численность", parse="snapshot_date"),
        "students": count("Обучающихся", "Численность обучающихся, человек"),
        "teachers": count("Педагогических работников", "Численность педагогов без внешних совместителей, человек"),
        "leaders": count("Руководителей", "Численность руководителей, человек"),
        "parents": count("Родителей", "Численность родителей (законных представителей), человек"),
    },
    checks=[
        row_rule(
            "some_count",
            "students",
            pl.any_horizontal(pl.col("students", "teachers", "leaders", "parents").is_not_null()),
        )
    ],
)

KINDS = (
    Kind(
        "organisation_registry",
        "Реестр организаций",
        ORGANISATION_REGISTRY,
        ("inn", "kpp", "organisation_id", "valid_from"),
        position=1,
        organisation="registry",
    ),
    Kind(
        "headcount",
        "Контингент и кадры",
        HEADCOUNT,
        ("snapshot_date", "organisation_id"),
        position=3,
        scope=("snapshot_date",),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
)
