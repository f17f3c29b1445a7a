"""Equipment deliveries, Internet speed and plans."""

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas.columns import LAST_PLAN_YEAR, ORGANISATION, amount, bounds, column, fact_date, flag, free_date, rule, text

EQUIPMENT_DELIVERY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "delivered_on": fact_date(
            "Дата акта", "Дата акта поставки; пусто, когда дан только год", required=False, parse="delivery_date"
        ),
        "delivery_year": column(
            pl.Int64,
            "Год поставки",
            "Год поставки",
            "delivery_year",
            required=True,
            checks=(
                rule("year_not_in_future", lambda c: c <= date.today().year),
                rule("year_not_before_2010", lambda c: c >= 2010),
            ),
        ),
        "item": text("Позиция", "Наименование оборудования", required=True),
        "unit": text("Единица", "Единица измерения; разные единицы не складываются", required=True, parse="unit"),
        "quantity": amount("Количество", "Количество в единицах измерения", required=True, scale=3),
        "programme": text("Программа", "Программа или проект; пусто считается ЦОС"),
        "model": text("Модель", "Модель оборудования"),
        "contract": text("Контракт", "Номер контракта"),
        "cost": amount("Стоимость", "Стоимость, руб."),
    }
)

CONNECTIVITY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "measured_on": fact_date("Дата", "Дата измерения", parse="snapshot_date"),
        **bounds("speed", "Скорость, Мбит/с", "Скорость доступа к Интернету, Мбит/с"),
        "provider": text("Провайдер", "Оператор связи"),
        "connection_type": text("Тип подключения", "Тип подключения"),
        "has_guaranteed_traffic": flag("Гарантированный трафик", "Есть ли гарантированный трафик"),
    }
)

INDICATOR_PLAN = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "indicator_code": text("Показатель", "Код показателя из паспортов", required=True, parse="indicator"),
        "year": column(
            pl.Int64,
            "Год",
            "Плановый год",
            "year",
            required=True,
            checks=(rule("plan_year", lambda c: c.is_between(2010, LAST_PLAN_YEAR)),),
        ),
        **bounds("plan", "План", "Плановое значение", scale=6),
        "plan_numerator": column(pl.Decimal(18, 6), "План: числитель", "Числитель плана вида 1/9", "derived"),
        "plan_denominator": column(pl.Decimal(18, 6), "План: знаменатель", "Знаменатель плана вида 1/9", "derived"),
        "unit": text("Единица", "Единица измерения плана"),
        "scope": text("Область", "Область плана: territory или each_organisation", required=True, parse="scope"),
        "document": text("Документ", "Документ, который установил план", required=True),
        "document_date": free_date("Дата документа", "Дата документа"),
        "clause": text("Пункт", "Пункт или строка документа", parse="identifier"),
    }
)
