-- Grain: entity × year: the worst of its sites.

select
    speed.entity_id,
    speed.year,
    cast(min(speed.value_low) as decimal(18, 6)) as value_low,
    cast(min(speed.value_high) as decimal(18, 6)) as value_high,
    max(speed.period_end) as as_of_date
from {{ ref('int_speed_choice') }} as speed
where speed.exclusion is null
group by speed.entity_id, speed.year
