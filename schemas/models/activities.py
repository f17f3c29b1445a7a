"""What organisations and municipalities do: events, methodical work, certificates, surveys."""

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, column, count, dated, fact_date, row_rule, rule, text
from schemas.kind import PLACE, Kind

EVENT_DAY = dated("held_on", "event_year", ("Дата", "Год"), "День события")

PARTICIPATION = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "event_code": text("Мероприятие", "Мероприятие: код каталога систем", required=True, parse="subject"),
        **EVENT_DAY,
        "participants": count("Участников", "Участников", required=True),
        "counting_unit": text(
            "Единица счёта", "person: разные люди; participation: участия, человек может повториться",
            parse="counting_unit",
        ),
        "classes": text("Классы", "Классы, которые участвовали"),
    }
)  # fmt: skip

CERTIFICATE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "snapshot_date": fact_date("Дата", "Дата, на которую дано число", parse="snapshot_date"),
        "issued": count("Выдано", "Выдано сертификатов", required=True),
        "certificate_type": text(
            "Вид", "registration: учёта; financing: персонифицированного финансирования", parse="certificate_type"
        ),
    }
)

METHODICAL_EVENT = pa.DataFrameSchema(
    {
        **ORGANISATION,
        **EVENT_DAY,
        "event_code": text("Вид", "Вид события: РМО, СМО, семинар, …", required=True, parse="subject"),
        "events": count("Количество", "Сколько событий", required=True),
        "topic": text("Тема", "Тема"),
        "participants": count("Участников", "Участников"),
    }
)

SURVEY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "surveyed_on": fact_date("Дата", "День, которым кончился опрос", parse="snapshot_date"),
        "survey": text("Опрос", "Название опроса", required=True),
        "question": text("Вопрос", "Вопрос", required=True),
        "answered": count("Ответили", "Сколько человек ответили", required=True),
        "satisfied": count("Удовлетворены", "Сколько из них удовлетворены"),
        "satisfied_share": column(
            pl.Decimal(18, 6),
            "Доля",
            "Доля удовлетворённых, %, когда числа нет",
            "decimal",
            checks=(rule("percent", lambda c: c.is_between(0, 100)),),
            dimension="share",
        ),
    },
    checks=[
        row_rule("satisfied_not_above_answered", "satisfied", pl.col("satisfied") <= pl.col("answered")),
        row_rule(
            "some_satisfaction",
            "satisfied",
            pl.col("satisfied").is_not_null() | pl.col("satisfied_share").is_not_null(),
        ),
    ],
)

KINDS = (
    Kind(
        "participation",
        "Участие в мероприятиях",
        PARTICIPATION,
        ("event_code", "held_on", "event_year", *PLACE),
        position=14,
        organisation="place",
        period_column="held_on",
    ),
    Kind(
        "certificate",
        "Сертификаты ПФДО",
        CERTIFICATE,
        ("snapshot_date", *PLACE, "certificate_type"),
        position=16,
        organisation="place",
        period_column="snapshot_date",
    ),
    Kind(
        "methodical_event",
        "РМО, СМО, семинары",
        METHODICAL_EVENT,
        ("held_on", "event_year", *PLACE, "event_code", "topic"),
        position=17,
        organisation="place",
        period_column="held_on",
    ),
    Kind(
        "survey",
        "Опросы",
        SURVEY,
        ("surveyed_on", *PLACE, "survey", "question"),
        position=18,
        organisation="place",
        period_column="surveyed_on",
    ),
)
