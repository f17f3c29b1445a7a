"""Registrations, activity and coverage of platforms."""

import pandera.polars as pa
import polars as pl

from schemas.columns import ORGANISATION, ROLE, SYSTEM, amount, count, fact_date, not_above_headcount, row_rule, text
from schemas.kind import Kind

HEADCOUNT_COLUMN = count("Численность", "Численность участников этой роли, человек")
SNAPSHOT_DATE = fact_date("Дата среза", "Дата, на которую сделан срез", parse="snapshot_date")

PLATFORM_REGISTRATION = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "system_code": SYSTEM,
        "snapshot_date": SNAPSHOT_DATE,
        "role_code": ROLE,
        "registered": count("Зарегистрировано", "Зарегистрировано участников, человек", required=True),
        "headcount": HEADCOUNT_COLUMN,
        "confirmed": count("Подтверждено", "Подтверждено учётных записей, человек"),
    },
    checks=[
        not_above_headcount("registered_not_above_headcount", "registered"),
        not_above_headcount("confirmed_not_above_headcount", "confirmed"),
    ],
)

PLATFORM_ACTIVITY = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "system_code": SYSTEM,
        "period_start": fact_date("Период с", "Первый день периода", parse="period_start"),
        "period_end": fact_date("Период по", "Последний день периода", parse="period_end"),
        "role_code": ROLE,
        "active": count("Активных", "Активных участников за период, человек", required=True),
        "headcount": HEADCOUNT_COLUMN,
        "messages": count("Сообщений", "Отправлено сообщений, единиц"),
        "calls": count("Звонков", "Проведено звонков, единиц"),
        "call_minutes": amount("Минут звонков", "Длительность звонков, минут", parse="minutes", dimension="time"),
        "chats": count("Учебных чатов", "Учебных чатов, единиц"),
    },
    checks=[
        row_rule("period_order", "period_end", pl.col("period_end") >= pl.col("period_start")),
        not_above_headcount("active_not_above_headcount", "active"),
    ],
)

PLATFORM_ACTIVITY_PERSON = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "system_code": SYSTEM,
        "activity_date": fact_date("Дата", "День активности"),
        "person_key": text(
            "Идентификатор", "Псевдоним человека: HMAC-SHA256", required=True, parse="person_identifier"
        ),
        "role_code": ROLE,
        "messages": count("Сообщений", "Отправлено сообщений, единиц"),
        "calls": count("Звонков", "Проведено звонков, единиц"),
        "call_minutes": amount("Минут звонков", "Длительность звонков, минут", parse="minutes", dimension="time"),
    }
)

SERVICE_COVERAGE = pa.DataFrameSchema(
    {
        **ORGANISATION,
        "system_code": SYSTEM,
        "snapshot_date": SNAPSHOT_DATE,
        "service_code": text("Услуга", "Код услуги из каталога услуг", required=True, parse="service"),
        "role_code": text("Роль", "Роль охваченных; обучающийся, если не указана", required=True, parse="role"),
        "covered": count("Охвачено", "Охвачено услугой, человек", required=True),
        "headcount": HEADCOUNT_COLUMN,
    },
    checks=[not_above_headcount("covered_not_above_headcount", "covered")],
)

KINDS = (
    Kind(
        "platform_registration",
        "Регистрации на платформах",
        PLATFORM_REGISTRATION,
        ("system_code", "snapshot_date", "organisation_id", "role_code"),
        position=4,
        scope=("system_code", "snapshot_date"),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
    Kind(
        "platform_activity",
        "Активность на платформах",
        PLATFORM_ACTIVITY,
        ("system_code", "period_start", "period_end", "organisation_id", "role_code"),
        position=5,
        scope=("system_code", "period_start", "period_end"),
        period_kind="period",
        period_column="period_end",
    ),
    Kind(
        "platform_activity_person",
        "Журнал активности",
        PLATFORM_ACTIVITY_PERSON,
        ("system_code", "activity_date", "person_key", "organisation_id"),
        position=6,
        period_kind="period",
        period_column="activity_date",
        is_personal=True,
        partition_column="activity_date",
    ),
    Kind(
        "service_coverage",
        "Охват услугами",
        SERVICE_COVERAGE,
        ("system_code", "snapshot_date", "organisation_id", "service_code", "role_code"),
        position=7,
        scope=("system_code", "snapshot_date"),
        period_kind="snapshot",
        period_column="snapshot_date",
    ),
)
