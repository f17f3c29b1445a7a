-- Grain: entity × year × kind of year (calendar, school) × cumulation (none, to_date) × series. A snapshot or period measure takes the last of the year, an event is summed over it, a state holds at its
-- end.

with unioned as (
    select
        last_value.entity_id,
        last_value.year,
        last_value.year_kind,
        'none' as cumulation,
        last_value.series_key,
        last_value.value_low,
        last_value.value_high,
        last_value.as_of_date
    from {{ ref('int_measure_last') }} as last_value
    union all
    select
        flow.entity_id,
        flow.year,
        flow.year_kind,
        flow.cumulation,
        flow.series_key,
        flow.value as value_low,
        flow.value as value_high,
        flow.as_of_date
    from {{ ref('int_measure_flow') }} as flow
    where flow.entity_id is not null
    union all
    select
        state.entity_id,
        state.year,
        state.year_kind,
        'none' as cumulation,
        state.series_key,
        state.value as value_low,
        state.value as value_high,
        state.as_of_date
    from {{ ref('int_measure_state') }} as state
    union all
    -- Students of an organisation once it is equipped.
    select
        headcount.entity_id,
        headcount.year,
        headcount.year_kind,
        'none' as cumulation,
        {{ series('students_equipped', 'student') }} as series_key,
        case when delivered.value > 0 then headcount.value_low else 0 end as value_low,
        case when delivered.value > 0 then headcount.value_low else 0 end as value_high,
        headcount.as_of_date
    from {{ ref('int_measure_last') }} as headcount
    inner join {{ ref('int_measure_state') }} as delivered
        on
            headcount.entity_id = delivered.entity_id
            and headcount.year = delivered.year
            and delivered.series_key = {{ series('delivered') }}
    where headcount.series_key = {{ series('headcount', 'student') }} and headcount.year_kind = 'calendar'
)

select
    unioned.entity_id,
    cast(unioned.year as integer) as year,
    unioned.year_kind,
    unioned.cumulation,
    unioned.series_key,
    unioned.value_low,
    unioned.value_high,
    cast(unioned.as_of_date as date) as as_of_date
from unioned
