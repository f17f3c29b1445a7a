-- Grain: row behind a value of int_measure_year × that value: what the row gives to it (contribution; the rows that
-- count add up to the value), or why it gives nothing (exclusion). A contribution of zero is a row that decides
-- without adding: a site faster than the slowest, a second delivery, a row of the staff. Of the person log one line
-- stands for all rows of a file (source_rows) and gives its people. person_key stays inside the
-- build. as_of_date is the day to which the row knows the value: of what is planned, and of a state, it knows none.

with summed as (
    select
        choice.successor_id as entity_id,
        choice.year,
        choice.year_kind,
        false as is_cumulative,
        choice.series_key,
        measure.kind,
        measure.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        measure.period_end as day,
        measure.period_end as as_of_date,
        measure.value_low,
        measure.value_high,
        case when choice.exclusion is null then measure.value_low end as contribution,
        choice.exclusion,
        cast(1 as bigint) as source_rows
    from {{ ref('int_measure_choice') }} as choice
    inner join {{ ref('int_measure_counted') }} as measure
        on
            choice.series_key = measure.series_key
            and choice.entity_id = measure.entity_id
            and choice.period_start = measure.period_start
            and choice.period_end = measure.period_end
            and choice.year = case when choice.year_kind = 'school' then measure.school_year else measure.fact_year end
    where choice.series_key <> {{ series('speed') }} and not choice.is_log
),

log_part as (
    select
        choice.successor_id as entity_id,
        choice.year,
        choice.year_kind,
        choice.series_key,
        choice.period_end,
        part.row_id,
        part.people,
        part.active_rows
    from {{ ref('int_measure_choice') }} as choice
    inner join {{ ref('int_activity_log_part') }} as part
        on
            choice.entity_id = part.entity_id
            and choice.series_key = {{ series_key("'active'", 'part.role_code', 'part.system_code') }}
            and choice.period_start = part.month
    where choice.is_log and choice.exclusion is null and part.active_rows > 0
),

speed as (
    select
        choice.successor_id as entity_id,
        choice.year,
        choice.year_kind,
        choice.series_key,
        speed.kind,
        speed.row_id,
        speed.period_end,
        speed.value_low,
        speed.value_high,
        coalesce(choice.exclusion, speed.exclusion) as exclusion,
        row_number() over (
            partition by choice.successor_id, choice.year, choice.year_kind, coalesce(choice.exclusion, speed.exclusion)
            order by speed.value_low asc, speed.period_end asc, speed.row_id asc
        ) as slowness
    from {{ ref('int_measure_choice') }} as choice
    inner join {{ ref('int_speed_choice') }} as speed
        on
            choice.entity_id = speed.entity_id
            and choice.year = speed.year
    where choice.series_key = {{ series('speed') }}
),

delivery as (
    select state.*
    from {{ ref('int_state_row') }} as state
    where state.series_key = {{ series('delivered') }} and state.exclusion is null
),

-- Students of an organisation once it is equipped: the snapshot's rows, and the deliveries that let them count.
equipped as (
    select
        summed.*,
        delivered.entity_id is not null as is_equipped
    from summed
    inner join ({{ answered_years() }}) as answered
        on
            summed.entity_id = answered.organisation_id
            and summed.year = answered.year
            and answered.series_key = {{ series('delivered') }}
    left join (
        select distinct
            delivery.entity_id,
            delivery.year
        from delivery
    ) as delivered
        on
            summed.entity_id = delivered.entity_id
            and summed.year = delivered.year
    where summed.series_key = {{ series('headcount', 'student') }} and summed.year_kind = 'calendar'
),

unioned as (
    select summed.*
    from summed
    union all
    select
        log_part.entity_id,
        log_part.year,
        log_part.year_kind,
        false as is_cumulative,
        log_part.series_key,
        'platform_activity_person' as kind,
        log_part.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        log_part.period_end as day,
        log_part.period_end as as_of_date,
        log_part.people as value_low,
        log_part.people as value_high,
        log_part.people as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion,
        log_part.active_rows as source_rows
    from log_part
    union all
    select
        speed.entity_id,
        speed.year,
        speed.year_kind,
        false as is_cumulative,
        speed.series_key,
        speed.kind,
        speed.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        speed.period_end as day,
        speed.period_end as as_of_date,
        speed.value_low,
        speed.value_high,
        case when speed.exclusion is null then case when speed.slowness = 1 then speed.value_low else 0 end end
            as contribution,
        speed.exclusion,
        1 as source_rows
    from speed
    union all
    select
        flow.entity_id,
        flow.year,
        flow.year_kind,
        flow.is_cumulative,
        flow.series_key,
        flow.kind,
        flow.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        flow.period_end as day,
        case when not {{ is_planned('flow.measure_code') }} then flow.period_end end as as_of_date,
        flow.value as value_low,
        flow.value as value_high,
        flow.value as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion,
        1 as source_rows
    from {{ ref('int_flow_row') }} as flow
    where flow.entity_id is not null
    union all
    select
        state.entity_id,
        state.year,
        state.year_kind,
        false as is_cumulative,
        state.series_key,
        state.kind,
        state.row_id,
        state.person_key,
        state.day,
        cast(null as date) as as_of_date,
        state.value as value_low,
        state.value as value_high,
        state.contribution,
        state.exclusion,
        1 as source_rows
    from {{ ref('int_state_row') }} as state
    union all
    select
        equipped.entity_id,
        equipped.year,
        equipped.year_kind,
        equipped.is_cumulative,
        {{ series('students_equipped', 'student') }} as series_key,
        equipped.kind,
        equipped.row_id,
        equipped.person_key,
        equipped.day,
        equipped.as_of_date,
        equipped.value_low,
        equipped.value_high,
        case when equipped.is_equipped then equipped.contribution end as contribution,
        coalesce(equipped.exclusion, case when not equipped.is_equipped then 'not_equipped' end) as exclusion,
        equipped.source_rows
    from equipped
    union all
    select
        delivery.entity_id,
        delivery.year,
        delivery.year_kind,
        false as is_cumulative,
        {{ series('students_equipped', 'student') }} as series_key,
        delivery.kind,
        delivery.row_id,
        delivery.person_key,
        delivery.day,
        cast(null as date) as as_of_date,
        delivery.value as value_low,
        delivery.value as value_high,
        0 as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion,
        1 as source_rows
    from delivery
    inner join (
        select distinct
            equipped.entity_id,
            equipped.year
        from equipped
        where equipped.exclusion is null
    ) as counted
        on
            delivery.entity_id = counted.entity_id
            and delivery.year = counted.year
)

select
    unioned.entity_id,
    cast(unioned.year as integer) as year,
    unioned.year_kind,
    unioned.is_cumulative,
    unioned.series_key,
    unioned.kind,
    unioned.row_id,
    unioned.person_key,
    cast(unioned.day as date) as day,
    cast(unioned.as_of_date as date) as as_of_date,
    cast(unioned.value_low as decimal(18, 6)) as value_low,
    cast(unioned.value_high as decimal(18, 6)) as value_high,
    cast(unioned.contribution as decimal(18, 6)) as contribution,
    unioned.exclusion,
    unioned.source_rows
from unioned
