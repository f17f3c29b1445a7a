-- Grain: month × system × entity × role × person of the log of activity: the base of every count of different people.
-- Active rows only, those that no later file gave again. `days` has a bit for each day of the month; `first_place` is
-- the first row (day, row, file), by which one row of the file stands for the person. Only changed months are computed.

{{ config(
    materialized='incremental', incremental_strategy='replace_months', on_schema_change='sync_all_columns',
    meta={'kind': 'platform_activity_person'},
) }}
{% set months = months_to_build('platform_activity_person') -%}
with log as (
    {{ log_of_months(months) }}
)

select
    log.month,
    log.system_code,
    organisation.entity_id,
    log.role_code,
    log.person_number,
    bit_or({{ bit_of_day('log.activity_date') }}) as days,
    count(*) as source_rows,
    min({{ place_in_month('log.activity_date', 'log.source_row', 'log.file_number') }}) as first_place,
    min(log.revision) as revision
from log
inner join {{ source('bulk', 'organisation') }} as organisation
    on log.organisation_number = organisation.organisation_number
where log.is_active = 1
group by log.month, log.system_code, organisation.entity_id, log.role_code, log.person_number
