-- Grain: indicator × year × entity × component of its passport that has a value. A component is a side, a measure, its
-- role, system and subject.

select
    population.indicator_code,
    population.year,
    population.organisation_id,
    population.aggregation,
    component.side,
    component.priority,
    component.is_proxy,
    component.measure_code,
    measure_year.year_kind,
    measure_year.cumulation,
    measure_year.role_code,
    measure_year.system_code,
    measure_year.subject_code,
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
