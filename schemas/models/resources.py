"""Equipment deliveries, Internet speed, objects of infrastructure and money."""

import pandera.polars as pa
import polars as pl

from foundation.day import today
from schemas.columns import (
    ORGANISATION,
    amount,
    bounds,
    column,
    dated,
    fact_date,
    flag,
    free_date,
    plan_year,
    row_rule,
    rule,
    text,
)
from schemas.kind import PLACE, Kind

EQUIPMENT_DELIVERY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        **dated("delivered_on", "delivery_year", ("Дата акта", "Год поставки"), "Дата акта поставки"),
        "item": text("Позиция", "Наименование оборудования", required=True),
        "unit": text("Единица", "Единица измерения; разные единицы не складываются", required=True, parse="unit"),
        "quantity": amount(
            "Количество", "Количество в единицах измерения", required=True, scale=3, dimension="quantity"
        ),
        "programme": text("Программа", "Программа или проект; пусто считается ЦОС"),
        "model": text("Модель", "Модель оборудования"),
        "contract": text("Контракт", "Номер контракта"),
        "cost": amount("Стоимость", "Стоимость, руб.", dimension="money"),
    }
)

CONNECTIVITY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "measured_on": fact_date("Дата", "Дата измерения", parse="snapshot_date"),
        **bounds(
            "speed", "Скорость, Мбит/с", "Скорость доступа к Интернету, Мбит/с", slash="download", dimension="speed"
        ),
        "provider": text("Провайдер", "Оператор связи"),
        "connection_type": text("Тип подключения", "Тип подключения"),
        "has_guaranteed_traffic": flag("Гарантированный трафик", "Есть ли гарантированный трафик"),
    }
)

INFRASTRUCTURE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "object_code": text("Объект", "Объект или сервис: код каталога систем", required=True, parse="subject"),
        **dated("started_on", "start_year", ("Дата с", "Год"), "С какого дня действует или намечен", is_past=False),
        "ended_on": free_date("Дата по", "По какой день действовал", parse="period_end"),
        "state": text("Состояние", "План, действует, закрыт", required=True, parse="object_state"),
        "remark": text("Примечание", "Примечание"),
    },
    checks=[
        row_rule(
            "object_period_order",
            "ended_on",
            (pl.col("ended_on") >= pl.col("started_on")) & (pl.col("ended_on").dt.year() >= pl.col("start_year")),
        ),
        row_rule(
            "not_in_future_unless_planned",
            "started_on",
            lambda: (
                (pl.col("state") == "planned")
                | pl.coalesce(pl.col("started_on") <= today(), pl.col("start_year") <= today().year)
            ),
        ),
        row_rule("year_not_before_2010", "start_year", pl.col("start_year") >= 2010),
    ],
)

FUNDING = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "year": plan_year("Год", "Год финансирования"),
        "amount": column(
            pl.Decimal(18, 2),
            "Сумма",
            "Сумма, руб.",
            "roubles",
            required=True,
            checks=(rule("not_negative_amount", lambda c: c >= 0),),
            also=("unit",),
            dimension="money",
        ),
        "unit": text("Единица", "руб., тыс. руб. или млн руб.", required=True, parse="money_unit"),
        "source": text("Источник", "Источник средств"),
        "plan_or_fact": text("План или факт", "План или факт", required=True, parse="plan_or_fact"),
        "document": text("Документ", "Документ, который назвал сумму"),
    },
    checks=[
        row_rule(
            "year_not_in_future_unless_planned",
            "year",
            lambda: (pl.col("plan_or_fact") == "plan") | (pl.col("year") <= today().year),
        )
    ],
)

KINDS = (
    Kind(
        "equipment_delivery",
        "Поставки оборудования",
        EQUIPMENT_DELIVERY,
        ("organisation_id", "delivered_on", "delivery_year", "item", "unit", "model"),
        position=9,
        period_column="delivered_on",
    ),
    Kind(
        "connectivity",
        "Скорость Интернета",
        CONNECTIVITY,
        ("measured_on", "organisation_id"),
        position=10,
        scope=("measured_on",),
        period_kind="snapshot",
        period_column="measured_on",
    ),
    Kind(
        "infrastructure",
        "Объекты и сервисы",
        INFRASTRUCTURE,
        ("organisation_id", "object_code", "started_on", "start_year"),
        position=13,
        period_column="started_on",
    ),
    Kind(
        "funding",
        "Финансирование",
        FUNDING,
        ("year", *PLACE, "source", "plan_or_fact"),
        position=15,
        organisation="place",
    ),
)
