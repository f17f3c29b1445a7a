-- Grain: series × entity × period (and whether its day is known): sites summed to their entity.
-- The person log stands in for the months that no aggregate of the same system covers (settled question 10).
-- Speeds are elsewhere (int_speed_choice).

with summed as (
    select
        measure.series_key,
        measure.measure_code,
        measure.entity_id,
        measure.role_code,
        measure.system_code,
        measure.period_start,
        measure.period_end,
        measure.fact_year,
        measure.school_year,
        measure.fact_month,
        cast(sum(measure.value_low) as decimal(18, 6)) as value,
        count(*) as source_rows
    from {{ ref('int_measure_counted') }} as measure
    inner join {{ ref('stg_reference__measure') }} as catalogue
        on
            measure.measure_code = catalogue.measure_code
            and catalogue.rollup = 'sum'
    group by
        measure.series_key, measure.measure_code, measure.entity_id, measure.role_code, measure.system_code,
        measure.period_start, measure.period_end, measure.fact_year, measure.school_year, measure.fact_month
),

log_month as (
    select
        log.*,
        {{ series_key("'active'", 'log.role_code', 'log.system_code') }} as series_key
    from {{ ref('int_activity_log_month') }} as log
    where not exists (
        select 1
        from summed
        where
            summed.series_key = {{ series_key("'active'", 'log.role_code', 'log.system_code') }}
            and summed.entity_id = log.entity_id
            and summed.period_start <= log.period_end
            and summed.period_end >= log.period_start
    )
)

select
    summed.series_key,
    summed.measure_code,
    summed.entity_id,
    summed.role_code,
    summed.system_code,
    summed.period_start,
    summed.period_end,
    summed.fact_year,
    summed.school_year,
    summed.fact_month,
    summed.value,
    summed.source_rows
from summed
union all
select
    log_month.series_key,
    'active' as measure_code,
    log_month.entity_id,
    log_month.role_code,
    log_month.system_code,
    log_month.period_start,
    log_month.period_end,
    cast(extract(year from log_month.period_end) as integer) as fact_year,
    cast(extract(year from {{ add_months('log_month.period_end', 4) }}) as integer) as school_year,
    log_month.period_start as fact_month,
    cast(log_month.active as decimal(18, 6)) as value,
    cast(null as bigint) as source_rows
from log_month
