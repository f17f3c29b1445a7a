-- Grain: organisation_id (legal entity) × system_code × role × period of an aggregate that the person log covers too.

with aggregate as (
    select period.*
    from {{ ref('int_measure_period') }} as period
    where period.measure_code = 'active' and period.source_rows is not null
),

of_a_month as (
    select
        aggregate.entity_id,
        aggregate.system_code,
        aggregate.role_code,
        aggregate.period_start,
        aggregate.period_end,
        aggregate.fact_year,
        aggregate.value as active_aggregate,
        log.active as active_log
    from aggregate
    inner join {{ ref('int_activity_log_month') }} as log
        on
            aggregate.entity_id = log.entity_id
            and aggregate.system_code = log.system_code
            and aggregate.role_code = log.role_code
            and aggregate.period_start = log.period_start
            and aggregate.period_end = log.period_end
),

-- A week, a half of a month or several months: people are looked for by their days.
of_other_days as (
    select
        aggregate.entity_id,
        aggregate.system_code,
        aggregate.role_code,
        aggregate.period_start,
        aggregate.period_end,
        aggregate.fact_year,
        aggregate.value as active_aggregate,
        count(distinct person_month.person_sk) as active_log
    from aggregate
    inner join {{ source('bulk', 'code') }} as system
        on aggregate.system_code = system.code
    inner join {{ source('bulk', 'code') }} as role
        on aggregate.role_code = role.code
    inner join {{ numbered_organisations() }} as organisation
        on
            aggregate.entity_id = organisation.entity_id
            and organisation.organisation_sk = organisation.entity_sk
    inner join {{ ref('int_person_month') }} as person_month
        on
            organisation.entity_sk = person_month.entity_sk
            and system.code_sk = person_month.system_code_sk
            and role.code_sk = person_month.role_code_sk
            and person_month.month >= {{ month_start('aggregate.period_start') }}
            and aggregate.period_end >= person_month.month
            and {{ has_day_within(
                'person_month.days', 'person_month.month', 'aggregate.period_start', 'aggregate.period_end'
            ) }}
    where
        aggregate.period_start <> {{ month_start('aggregate.period_start') }}
        or aggregate.period_end <> {{ add_days(add_months('aggregate.period_start', 1), -1) }}
    group by
        aggregate.entity_id, aggregate.system_code, aggregate.role_code, aggregate.period_start,
        aggregate.period_end, aggregate.fact_year, aggregate.value
),

compared as (
    select of_a_month.*
    from of_a_month
    union all
    select of_other_days.*
    from of_other_days
)

select
    {{ cast_columns([
        ('compared.system_code', 'system_code', 'text'),
        ('compared.period_start', 'period_start', 'date'),
        ('compared.period_end', 'period_end', 'date'),
        ('compared.entity_id', 'organisation_id', 'text'),
        ('compared.role_code', 'role', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('compared.active_aggregate', 'active_aggregate', 'bigint'),
        ('compared.active_log', 'active_log', 'bigint'),
        ('compared.active_log - compared.active_aggregate', 'difference', 'bigint'),
    ]) }}
from compared
left join {{ ref('int_organisation_year') }} as place
    on
        compared.entity_id = place.organisation_id
        and compared.fact_year = place.year
