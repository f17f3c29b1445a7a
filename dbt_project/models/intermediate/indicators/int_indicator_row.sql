-- Grain: indicator × year × organisation × side × series × row. What each row gives to the
-- organisation's numerator or denominator; the rows that count add up to it. A share of organisations has one deciding
-- row in the numerator, and the organisation's registry row as its denominator.

with behind as (
    select
        component.indicator_code,
        component.year,
        component.organisation_id,
        {{ counts_organisations('component.aggregation') }} as is_counting,
        component.side,
        component.priority,
        component.is_met,
        side.priority as chosen_priority,
        side.value as side_value,
        component.measure_code,
        component.role_code,
        component.series_key,
        measure_row.kind,
        measure_row.row_id,
        measure_row.person_key,
        measure_row.day,
        measure_row.value_low,
        measure_row.value_high,
        measure_row.contribution,
        coalesce(
            measure_row.exclusion, case when component.priority > side.priority then 'lower_priority' end
        ) as exclusion,
        measure_row.source_rows
    from {{ ref('int_indicator_component') }} as component
    inner join {{ ref('int_indicator_side') }} as side
        on
            component.indicator_code = side.indicator_code
            and component.year = side.year
            and component.organisation_id = side.organisation_id
            and component.side = side.side
    inner join {{ ref('int_measure_row') }} as measure_row
        on
            component.organisation_id = measure_row.entity_id
            and component.year = measure_row.year
            and component.year_kind = measure_row.year_kind
            and component.is_cumulative = measure_row.is_cumulative
            and component.series_key = measure_row.series_key
),

-- A share of organisations alone has a row that decides; ordering all rows would cost more than all else here.
ranked as (
    select
        behind.*,
        row_number() over (
            partition by
                behind.indicator_code, behind.year, behind.organisation_id, behind.side,
                case when behind.exclusion is null then 1 else 0 end
            order by
                case when behind.is_met = 1 then 0 else 1 end asc,
                case when behind.contribution > 0 then 0 else 1 end asc,
                behind.day asc, behind.measure_code asc, behind.role_code asc, behind.row_id asc
        ) as decisiveness
    from behind
    where behind.is_counting
    union all
    select
        behind.*,
        cast(null as bigint) as decisiveness
    from behind
    where not behind.is_counting
),

unioned as (
    select
        ranked.indicator_code,
        ranked.year,
        ranked.organisation_id,
        ranked.side,
        ranked.measure_code,
        ranked.series_key,
        ranked.kind,
        ranked.row_id,
        ranked.person_key,
        ranked.day,
        ranked.value_low,
        ranked.value_high,
        case
            when ranked.exclusion is not null then null
            when not ranked.is_counting then ranked.contribution
            when ranked.side_value is null then null
            when ranked.side_value = 1 and ranked.decisiveness = 1 then 1
            else 0
        end as contribution,
        ranked.exclusion,
        ranked.source_rows
    from ranked
    union all
    select
        indicator.indicator_code,
        indicator.year,
        indicator.organisation_id,
        'denominator' as side,
        'organisations' as measure_code,
        {{ series('organisations') }} as series_key,
        'organisation_registry' as kind,
        organisation.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        organisation.year_end as day,
        1 as value_low,
        1 as value_high,
        1 as contribution,
        cast(null as {{ dbt.type_string() }}) as exclusion,
        1 as source_rows
    from {{ ref('int_indicator_organisation') }} as indicator
    inner join {{ ref('int_organisation_year') }} as organisation
        on
            indicator.organisation_id = organisation.organisation_id
            and indicator.year = organisation.year
    where {{ counts_organisations('indicator.aggregation') }}
)

select
    unioned.indicator_code,
    unioned.year,
    unioned.organisation_id,
    indicator.municipality_id,
    indicator.region_code,
    unioned.side,
    unioned.measure_code,
    unioned.series_key,
    unioned.kind,
    unioned.row_id,
    unioned.person_key,
    unioned.day,
    unioned.value_low,
    unioned.value_high,
    cast(unioned.contribution as decimal(18, 6)) as contribution,
    unioned.exclusion,
    unioned.source_rows
from unioned
inner join {{ ref('int_indicator_organisation') }} as indicator
    on
        unioned.indicator_code = indicator.indicator_code
        and unioned.year = indicator.year
        and unioned.organisation_id = indicator.organisation_id
