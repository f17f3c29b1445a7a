"""Staff and documents of training: person-level files, whose people become person_key at the door."""

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, PERSON, count, fact_date, flag, free_date, row_rule, text
from schemas.kind import Kind

STAFF = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "person_key": PERSON,
        "position": text("Должность", "Должность по штатному расписанию", required=True),
        "category_code": text("Категория", "Категория: teacher, leader, other", required=True, parse="category"),
        "hired_on": free_date("Принят", "Дата приёма", required=True),
        "dismissed_on": free_date("Уволен", "Дата увольнения"),
        "is_external": flag("Внешний совместитель", "Внешний совместитель: в численность не входит"),
    },
    checks=[row_rule("dismissed_order", "dismissed_on", pl.col("dismissed_on") >= pl.col("hired_on"))],
)

TRAINING_RECORD = pa.DataFrameSchema(
    {
        "inn": ORGANISATION["inn"],
        "document_type": text("Вид документа", "Вид документа ФИС ФРДО", required=True, parse="document_type"),
        "document_status": text(
            "Статус документа",
            "Оригинал или Дубликат: дубликат не второе обучение",
            required=True,
            parse="document_status",
        ),
        "document_series": text("Серия документа", "Серия документа", parse="document_number"),
        "document_number": text("Номер документа", "Номер документа", required=True, parse="document_number"),
        "issued_on": fact_date("Дата выдачи документа", "Дата выдачи документа"),
        "programme_title": text(
            "Наименование дополнительной профессиональной программы", "Наименование программы", required=True
        ),
        "hours": count("Срок обучения, часов", "Объём программы, часов", required=True, dimension="hours"),
        "person_key": PERSON,
    }
)

KINDS = (
    Kind(
        "staff",
        "Кадры",
        STAFF,
        ("person_key", "organisation_id", "hired_on"),
        position=2,
        period_column="hired_on",
        is_personal=True,
    ),
    Kind(
        "training_record",
        "Документы о повышении квалификации (ФИС ФРДО, ДПО)",
        TRAINING_RECORD,
        ("document_series", "document_number", "issued_on"),
        position=8,
        organisation="from_staff",
        period_column="issued_on",
        is_personal=True,
    ),
)
