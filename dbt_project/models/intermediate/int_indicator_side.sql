-- Grain: indicator × year × entity × side (numerator, denominator): the value of the best source that has one.
-- Several preferred components of a share mean «any of them».

with component_value as (
    select
        population.indicator_code,
        population.year,
        population.organisation_id,
        population.aggregation,
        component.side,
        component.priority,
        component.is_proxy,
        component.measure_code,
        measure_year.system_code,
        measure_year.value_low,
        measure_year.as_of_date,
        case
            when measure_year.value_low >= component.threshold then 1
            when measure_year.value_high < component.threshold then 0
        end as is_met
    from {{ ref('int_indicator_population') }} as population
    inner join {{ source('reference', 'passport_component') }} as component
        on
            population.indicator_code = component.indicator_code
            and population.version = component.version
    inner join {{ ref('int_measure_year') }} as measure_year
        on
            population.organisation_id = measure_year.entity_id
            and population.year = measure_year.year
            and population.year_kind = measure_year.year_kind
            and population.cumulation = measure_year.cumulation
            and component.measure_code = measure_year.measure_code
            and coalesce(component.role_code, '-') = measure_year.role_code
            and coalesce(component.system_code, '-') = measure_year.system_code
            and coalesce(component.subject_code, '-') = measure_year.subject_code
),

combined as (
    select
        component_value.indicator_code,
        component_value.year,
        component_value.organisation_id,
        component_value.side,
        component_value.priority,
        component_value.is_proxy,
        min(component_value.measure_code) as measure_code,
        min(nullif(component_value.system_code, '-')) as system_code,
        max(component_value.as_of_date) as as_of_date,
        case
            when min(component_value.aggregation) not in ('share_of_organisations', 'number_of_organisations')
                then sum(component_value.value_low)
            when max(component_value.is_met) = 1 then 1
            when count(component_value.is_met) < count(*) then null
            else 0
        end as value
    from component_value
    group by
        component_value.indicator_code, component_value.year, component_value.organisation_id,
        component_value.side, component_value.priority, component_value.is_proxy
),

ranked as (
    select
        combined.*,
        row_number() over (
            partition by combined.indicator_code, combined.year, combined.organisation_id, combined.side
            order by combined.priority asc
        ) as choice
    from combined
)

select
    ranked.indicator_code,
    ranked.year,
    ranked.organisation_id,
    ranked.side,
    ranked.is_proxy,
    ranked.measure_code,
    ranked.system_code,
    ranked.as_of_date,
    cast(ranked.value as decimal(18, 6)) as value,
    ranked.value is null as is_undecided
from ranked
where ranked.choice = 1
