-- Grain: indicator × year × entity × side (numerator, denominator): the value of the best source that has one.
-- Several preferred components of a share mean «any of them».

with combined as (
    {{ combined_components(ref('int_indicator_component')) }}
),

ranked as (
    {{ ranked_sides('combined') }}
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
