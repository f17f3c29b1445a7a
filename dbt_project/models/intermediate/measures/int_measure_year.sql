-- Grain: entity × year × kind of year (calendar, school) × cumulation (none, to_date) × measure × role × system ×
-- subject. A snapshot or period measure takes the last of the year, an event is summed over it, a state holds at its
-- end.

with unioned as (
    select
        last_value.entity_id,
        last_value.year,
        last_value.year_kind,
        'none' as cumulation,
        last_value.measure_code,
        last_value.role_code,
        last_value.system_code,
        last_value.subject_code,
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
        flow.measure_code,
        '-' as role_code,
        '-' as system_code,
        flow.subject_code,
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
        state.measure_code,
        state.role_code,
        '-' as system_code,
        state.subject_code,
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
        'students_equipped' as measure_code,
        headcount.role_code,
        headcount.system_code,
        headcount.subject_code,
        case when delivered.value > 0 then headcount.value_low else 0 end as value_low,
        case when delivered.value > 0 then headcount.value_low else 0 end as value_high,
        headcount.as_of_date
    from {{ ref('int_measure_last') }} as headcount
    inner join {{ ref('int_measure_state') }} as delivered
        on
            headcount.entity_id = delivered.entity_id
            and headcount.year = delivered.year
            and delivered.measure_code = 'delivered'
    where
        headcount.measure_code = 'headcount'
        and headcount.role_code = 'student'
        and headcount.year_kind = 'calendar'
)

select
    unioned.entity_id,
    cast(unioned.year as integer) as year,
    unioned.year_kind,
    unioned.cumulation,
    unioned.measure_code,
    unioned.role_code,
    unioned.system_code,
    unioned.subject_code,
    unioned.value_low,
    unioned.value_high,
    cast(unioned.as_of_date as date) as as_of_date
from unioned
