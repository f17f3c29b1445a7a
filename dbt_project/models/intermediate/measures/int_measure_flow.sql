-- Grain: entity or municipality × year × kind of year × cumulation × series: events and sums of the year
-- (cumulation none) and of all years up to it (to_date).

select
    flow.entity_id,
    flow.municipality_key,
    flow.year,
    flow.year_kind,
    flow.cumulation,
    flow.series_key,
    cast(sum(flow.value) as decimal(18, 6)) as value,
    max(case when not {{ is_planned('flow.measure_code') }} then flow.period_end end) as as_of_date
from {{ ref('int_flow_row') }} as flow
group by flow.entity_id, flow.municipality_key, flow.year, flow.year_kind, flow.cumulation, flow.series_key
