-- Grain: entity × system × role × calendar month of the person log: different people active.

with person_month as (
    select distinct
        log.entity_id,
        log.system_code,
        log.role_code,
        {{ month_start('log.activity_date') }} as period_start,
        log.person_key
    from {{ ref('stg_platform_activity_person') }} as log
)

select
    person_month.entity_id,
    person_month.system_code,
    person_month.role_code,
    person_month.period_start,
    {{ add_days(add_months('person_month.period_start', 1), -1) }} as period_end,
    count(*) as active
from person_month
group by
    person_month.entity_id, person_month.system_code, person_month.role_code, person_month.period_start
