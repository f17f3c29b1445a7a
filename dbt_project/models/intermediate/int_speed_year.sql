-- Grain: entity × year: the worst of its sites, each by its last measurement of the year.
-- A row for the whole entity replaces the sites' measurements up to its day.

with last_measurement as (
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
    last_measurement.entity_id,
    last_measurement.fact_year as year,
    cast(min(last_measurement.value_low) as decimal(18, 6)) as value_low,
    cast(min(last_measurement.value_high) as decimal(18, 6)) as value_high,
    max(last_measurement.period_end) as as_of_date
from last_measurement
where
    last_measurement.recency = 1
    and (
        last_measurement.is_whole = 1
        or last_measurement.whole_measured_on is null
        or last_measurement.period_end > last_measurement.whole_measured_on
    )
group by last_measurement.entity_id, last_measurement.fact_year
