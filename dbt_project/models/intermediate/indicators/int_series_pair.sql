-- Grain: indicator × year × territory that has a value, and had one before: the two neighbouring values of its series.
-- Neighbours are the years with a value, as a chart joins them: a year without one in between is passed over.

{{ config(materialized='view') }}

select
    valued.indicator_code,
    valued.year,
    valued.territory_level,
    valued.territory_id,
    valued.version,
    valued.unit,
    valued.precision_digits,
    valued.aggregation,
    valued.value,
    valued.numerator,
    valued.previous_year,
    valued.previous_version,
    valued.value_previous,
    valued.numerator_previous
from (
    select
        territory.*,
        lag(territory.year) over neighbours as previous_year,
        lag(territory.version) over neighbours as previous_version,
        lag(territory.value) over neighbours as value_previous,
        lag(territory.numerator) over neighbours as numerator_previous
    from {{ ref('int_indicator_territory') }} as territory
    where territory.value is not null
    window
        neighbours as (
            partition by territory.indicator_code, territory.territory_level, territory.territory_id
            order by territory.year asc
        )
) as valued
where valued.previous_year is not null
