"""What documents say: plans, published values, decisions of collegiums, road maps, notes on values."""

from functools import partial

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, amount, bounds, column, free_date, plan_year, row_rule, text
from schemas.indicators import is_possible_percentage, is_year_of_passport
from schemas.kind import PLACE, Kind

INDICATOR = text("Показатель", "Код показателя из паспортов", required=True, parse="indicator")
DOCUMENT = text("Документ", "Документ, который это говорит", required=True)
CLAUSE = text("Пункт", "Пункт или строка документа", parse="identifier")


def indicator_value(prefix: str, title: str, description: str) -> pa.DataFrameSchema:
    """Rows of one layout: what a document says of an indicator, a year and a place."""
    return pa.DataFrameSchema(
        {
            **ORGANISATION,
            "indicator_code": INDICATOR,
            "year": plan_year(
                "Год",
                "Год; учебный год называется по году, в котором кончается",
                parse="indicator_year",
                also=("indicator_code",),
            ),
            **bounds(prefix, title, description, scale=6, slash="fraction"),
            "unit": text("Единица", "Единица измерения, как в документе"),
            "breakdown": text("Разрез", "Часть показателя: тип организации, позиция оборудования"),
            "scope": text("Область", "Область: territory или each_organisation", required=True, parse="scope"),
            "document": DOCUMENT,
            "document_date": free_date("Дата документа", "Дата документа", parse="period_start"),
            "clause": CLAUSE,
        },
        checks=[
            row_rule("year_in_passport", "year", is_year_of_passport),
            row_rule("percent_not_above_100", f"{prefix}_text", lambda: is_possible_percentage(prefix)),
        ],
    )


INDICATOR_PLAN = indicator_value("plan", "План", "Плановое значение")
INDICATOR_REPORTED = indicator_value("fact", "Факт", "Значение, которое документ называет достигнутым")

DECISION = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "document": DOCUMENT,
        "document_date": free_date("Дата документа", "Дата документа", required=True, parse="period_start"),
        "clause": text("Пункт", "Пункт документа", required=True, parse="identifier"),
        "text": text("Текст", "Текст поручения", required=True),
        "responsible": text("Ответственные", "Кому поручено, как написано", required=True),
        "responsible_group": column(
            pl.String,
            "Группа ответственных",
            "Поручено каждой организации группы",
            "responsible_group",
            field="responsible",
        ),
        "due_on": free_date("Срок", "Последний день срока", parse="due_date"),
        "recurrence": text("Периодичность", "Периодичность, как написано"),
        "due_day_of_month": column(
            pl.Int64,
            "Срок: число месяца",
            "Число, до которого поручение исполняется каждый месяц",
            "due_day_of_month",
            field="due_on",
            also=("recurrence",),
        ),
        "is_continuing": column(
            pl.Boolean,
            "Далее постоянно",
            "После срока исполняется постоянно",
            "is_continuing",
            field="due_on",
            also=("recurrence",),
        ),
        "indicator_code": text("Показатель", "Показатель, по которому судят об исполнении", parse="indicator"),
        "threshold": amount("Порог", "Значение показателя, с которого поручение исполнено", scale=6, dimension=None),
        "state": text("Состояние", "Отметка об исполнении, если показателя нет", parse="decision_state"),
    },
    checks=[
        row_rule(
            "some_due",
            "due_on",
            pl.col("due_on").is_not_null()
            | pl.col("due_day_of_month").is_not_null()
            | pl.col("is_continuing").fill_null(value=False),
        )
    ],
)

MILESTONE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "document": DOCUMENT,
        "number": text("№ результата", "Номер результата или мероприятия", required=True, parse="identifier"),
        "title": text("Мероприятие", "Наименование", required=True),
        "started_on": free_date("Начало", "Первый день", parse="period_start"),
        "due_on": free_date("Окончание", "Последний день", required=True, parse="period_end"),
        **bounds("plan", "Плановое значение", "Плановое значение", scale=6),
        "document_type": text("Вид документа", "Вид документа и характеристика результата"),
        "control_level": text("Уровень контроля", "Уровень контроля: АП, РП, …", parse="control_level"),
        "state": text("Состояние", "Отметка об исполнении", parse="decision_state"),
    },
    checks=[row_rule("milestone_order", "due_on", pl.col("due_on") >= pl.col("started_on"))],
)


def _note_year(title: str, description: str) -> pa.Column:
    return plan_year(
        title, description, required=False, parse="indicator_year", also=("indicator_code",), own_cell=True
    )


NOTE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "indicator_code": INDICATOR,
        "year": _note_year("Год", "Год значения или первый год срока; пусто - примечание к каждому году"),
        "last_year": _note_year("Год по", "Последний год срока; пусто - примечание к одному году"),
        "number": text("№ примечания", "Номер, если примечаний к одному значению несколько", parse="identifier"),
        "text": text("Текст примечания", "Примечание, как его увидят под таблицей", required=True),
        "document": text("Документ", "Документ, на который примечание ссылается"),
    },
    checks=[
        row_rule("year_in_passport", "year", is_year_of_passport),
        row_rule("last_year_in_passport", "last_year", partial(is_year_of_passport, "last_year")),
        row_rule("span_has_first_year", "last_year", pl.col("year").is_not_null() | pl.col("last_year").is_null()),
        row_rule("note_years_order", "last_year", pl.col("last_year") >= pl.col("year")),
    ],
)

INDICATOR_KEY = ("indicator_code", "breakdown", "year", "level", *PLACE, "document", "clause")

KINDS = (
    Kind(
        "indicator_plan",
        "Плановые значения показателей",
        INDICATOR_PLAN,
        INDICATOR_KEY,
        position=11,
        organisation="optional",
    ),
    Kind(
        "indicator_reported",
        "Опубликованные значения",
        INDICATOR_REPORTED,
        INDICATOR_KEY,
        position=12,
        organisation="optional",
    ),
    Kind(
        "decision",
        "Поручения",
        DECISION,
        ("document", "clause"),
        position=19,
        part_key=(*PLACE, "responsible_group"),
        organisation="place",
        period_column="document_date",
    ),
    Kind(
        "milestone",
        "Дорожная карта",
        MILESTONE,
        ("document", "number"),
        position=20,
        organisation="optional",
        period_column="due_on",
    ),
    Kind(
        "note",
        "Примечания к показателям",
        NOTE,
        ("indicator_code", "year", "last_year", "level", *PLACE, "number"),
        position=21,
        organisation="optional",
    ),
)
