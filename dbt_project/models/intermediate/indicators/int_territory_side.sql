-- Grain: indicator × year × municipality: the sum that exports give of the municipality as a whole. It stands for its
-- organisations' own rows, which are part of it (a contract like that of sites, settled question 7).

select
    whole.indicator_code,
    whole.version,
    whole.unit,
    whole.precision_digits,
    whole.direction,
    whole.aggregation,
    whole.year,
    whole.municipality_id,
    whole.region_code,
    min(whole.measure_code) as measure_code,
    cast(sum(whole.value) as decimal(18, 6)) as numerator,
    max(case when not {{ is_planned('whole.measure_code') }} then whole.day end) as as_of_date
from {{ ref('int_territory_row') }} as whole
where whole.exclusion is null
group by
    whole.indicator_code, whole.version, whole.unit, whole.precision_digits, whole.direction, whole.aggregation,
    whole.year, whole.municipality_id, whole.region_code
