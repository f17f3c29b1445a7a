-- Grain: entity × year × kind of year (calendar, school) × is_cumulative × series: what the rows behind
-- the value add up to. A snapshot or period measure takes the last of the year, an event is summed over it, a state
-- holds at its end: zero where the region has such facts and the entity none; no row where the region is silent.

with counted as (
    select
        measure_row.entity_id,
        measure_row.year,
        measure_row.year_kind,
        measure_row.is_cumulative,
        measure_row.series_key,
        sum(coalesce(measure_row.contribution, 0)) as value_low,
        -- A worst site without an upper bound leaves the whole without one only when every site is so.
        min(case when measure_row.series_key = {{ series('speed') }} then measure_row.value_high end) as speed_high,
        max(measure_row.as_of_date) as as_of_date
    from {{ ref('int_measure_row') }} as measure_row
    -- Students of an organisation that is not equipped are none, and their snapshot says so.
    where measure_row.exclusion is null or measure_row.exclusion = 'not_equipped'
    group by
        measure_row.entity_id, measure_row.year, measure_row.year_kind, measure_row.is_cumulative,
        measure_row.series_key
),

answered as (
    {{ answered_years() }}
),

spine as (
    {{ years_of_both_kinds() }}
),

state as (
    select
        answered.organisation_id as entity_id,
        answered.year,
        'calendar' as year_kind,
        answered.series_key,
        least(answered.year_end, {{ today() }}) as as_of_date
    from answered
    where
        answered.series_key not in ({{ series('trained') }}, {{ series('organisations') }})
        or (answered.series_key = {{ series('organisations') }} and answered.exists_at_year_end)
    {% for measure in ('trained', 'trained_in_period') -%}
        union all
        select distinct
            staff.entity_id,
            staff.year,
            staff.year_kind,
            {{ series_key("'" ~ measure ~ "'", 'staff.role_code') }} as series_key,
            least(spine.last_day, {{ today() }}) as as_of_date
        from {{ ref('int_staff_year') }} as staff
        inner join answered
            on
                staff.entity_id = answered.organisation_id
                and staff.year = answered.year
                and answered.series_key = {{ series('trained') }}
        inner join spine
            on
                staff.year = spine.year
                and staff.year_kind = spine.year_kind
    {% endfor %}
)

select
    coalesce(counted.entity_id, state.entity_id) as entity_id,
    cast(coalesce(counted.year, state.year) as integer) as year,
    coalesce(counted.year_kind, state.year_kind) as year_kind,
    coalesce(counted.is_cumulative, false) as is_cumulative,
    coalesce(counted.series_key, state.series_key) as series_key,
    cast(coalesce(counted.value_low, 0) as decimal(18, 6)) as value_low,
    cast(
        case
            when counted.series_key = {{ series('speed') }} then counted.speed_high
            else coalesce(counted.value_low, 0)
        end as decimal(18, 6)
    ) as value_high,
    cast(coalesce(state.as_of_date, counted.as_of_date) as date) as as_of_date
from counted
full outer join state
    on
        counted.entity_id = state.entity_id
        and counted.year = state.year
        and counted.year_kind = state.year_kind
        and not counted.is_cumulative
        and counted.series_key = state.series_key
