-- Grain: entity × year × kind of year × series: the last snapshot, or period, of the year.

select
    choice.heir_id as entity_id,
    choice.year,
    choice.year_kind,
    choice.series_key,
    cast(
        case when min(choice.rollup) = 'minimum' then min(choice.value_low) else sum(choice.value_low) end
        as decimal(18, 6)
    ) as value_low,
    -- A worst site without an upper bound leaves the whole without one only when every site is so.
    cast(
        case when min(choice.rollup) = 'minimum' then min(choice.value_high) else sum(choice.value_high) end
        as decimal(18, 6)
    ) as value_high,
    max(choice.period_end) as as_of_date
from {{ ref('int_measure_choice') }} as choice
where choice.exclusion is null
group by choice.heir_id, choice.year, choice.year_kind, choice.series_key
