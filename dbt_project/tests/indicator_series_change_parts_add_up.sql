-- The parts of a change add up to it exactly, and the change is the difference of its two values.
select
    series.indicator_code,
    series.year,
    series.territory_id
from {{ ref('indicator_series_change') }} as series
where
    series.change <> series.value - series.value_previous
    or series.change <> series.part_same_organisations + series.part_entered + series.part_left
    + series.part_source + series.part_passport + series.part_denominator + series.part_not_split
