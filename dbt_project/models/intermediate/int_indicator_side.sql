-- Grain: indicator × year × entity × side (numerator, denominator): the value of the best source that has one.
-- Several preferred components of a share mean «any of them».

with combined as (
    select
        component.indicator_code,
        component.year,
        component.organisation_id,
        component.side,
        component.priority,
        component.is_proxy,
        min(component.measure_code) as measure_code,
        min(nullif(component.system_code, '-')) as system_code,
        max(component.as_of_date) as as_of_date,
        case
            when min(component.aggregation) not in ('share_of_organisations', 'number_of_organisations')
                then sum(component.value_low)
            when max(component.is_met) = 1 then 1
            when count(component.is_met) < count(*) then null
            else 0
        end as value
    from {{ ref('int_indicator_component') }} as component
    group by
        component.indicator_code, component.year, component.organisation_id,
        component.side, component.priority, component.is_proxy
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
    ranked.priority,
    ranked.is_proxy,
    ranked.measure_code,
    ranked.system_code,
    ranked.as_of_date,
    cast(ranked.value as decimal(18, 6)) as value,
    ranked.value is null as is_undecided
from ranked
where ranked.choice = 1
