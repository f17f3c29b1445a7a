-- Grain: organisation_id (legal entity) × system_code × role × period of an aggregate that the person log covers too.

with aggregate as (
    select period.*
    from {{ ref('int_measure_period') }} as period
    where period.measure_code = 'active' and period.source_rows is not null
),

compared as (
    select
        aggregate.entity_id,
        aggregate.system_code,
        aggregate.role_code,
        aggregate.period_start,
        aggregate.period_end,
        aggregate.fact_year,
        aggregate.value as active_aggregate,
        count(distinct log.person_key) as active_log
    from aggregate
    inner join {{ ref('stg_platform_activity_person') }} as log
        on
            aggregate.entity_id = log.entity_id
            and aggregate.system_code = log.system_code
            and aggregate.role_code = log.role_code
            and aggregate.period_start <= log.activity_date
            and aggregate.period_end >= log.activity_date
    group by
        aggregate.entity_id, aggregate.system_code, aggregate.role_code, aggregate.period_start,
        aggregate.period_end, aggregate.fact_year, aggregate.value
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
