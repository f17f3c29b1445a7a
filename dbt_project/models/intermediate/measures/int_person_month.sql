-- Grain: month × system × entity × role × person of the log of activity: the base of every count of different people.
-- Active rows only, those that no later file gave again. `days` has a bit for each day of the month; `first_place` is
-- the first row (day, row, file), by which one row of the file stands for the person. Only changed months are computed.
-- Numbers alone: each text of a handful of values would take as long to write as three of the numbers.

{{ config(
    materialized='incremental', incremental_strategy='replace_months', on_schema_change='sync_all_columns',
    meta={'kind': 'platform_activity_person'},
) }}
{% set months = months_to_build('platform_activity_person') -%}
with log as (
    {{ log_of_months(months) }}
),

person_month as (
    select
        log.month,
        log.system_code_sk,
        organisation.entity_sk,
        log.role_code_sk,
        log.person_sk,
        bit_or({{ bit_of_day('log.activity_date') }}) as days,
        count(*) as source_rows,
        min({{ place_in_month('log.activity_date', 'log.source_row', 'log.file_sk') }}) as first_place
    from log
    inner join {{ numbered_organisations() }} as organisation
        on log.organisation_sk = organisation.organisation_sk
    where log.is_active = 1
    group by
        log.month, log.system_code_sk, organisation.entity_sk, log.role_code_sk, log.person_sk
)

select
    person_month.month,
    person_month.system_code_sk,
    person_month.entity_sk,
    person_month.role_code_sk,
    person_month.person_sk,
    person_month.days,
    person_month.source_rows,
    person_month.first_place,
    changed.revision
from person_month
inner join ({{ month_rows(months) }}) as changed
    on person_month.month = changed.month
