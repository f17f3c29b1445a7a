-- Grain: speed measurement of a year: whether it counts, and why not. Each site speaks by its last measurement of the
-- year; a row for the whole entity replaces the sites' measurements up to its day.

with ranked as (
    select
        measure.*,
        row_number() over (
            partition by measure.organisation_id, measure.fact_year order by measure.period_end desc
        ) as recency,
        max(case when measure.is_whole = 1 then measure.period_end end) over (
            partition by measure.entity_id, measure.fact_year
        ) as whole_measured_on
    from {{ ref('int_measure_counted') }} as measure
    where measure.measure_code = 'speed'
)

select
    ranked.entity_id,
    ranked.fact_year as year,
    ranked.kind,
    ranked.row_id,
    ranked.file_sha256,
    ranked.sheet,
    ranked.source_row,
    ranked.value_low,
    ranked.value_high,
    ranked.period_end,
    case
        when ranked.recency > 1 then 'not_last'
        when ranked.is_whole = 0 and ranked.period_end <= ranked.whole_measured_on then 'whole_stands'
    end as exclusion
from ranked
