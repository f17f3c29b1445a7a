-- Grain: indicator × year × place (an organisation or a territory), with its value, the bounds of the full value, and
-- the places above it.

select
    organisation.indicator_code,
    organisation.year,
    'organisation' as place_level,
    organisation.organisation_id as place_id,
    organisation.municipality_id,
    organisation.region_code,
    organisation.value,
    organisation.value as value_low,
    organisation.value as value_high,
    organisation.precision_digits,
    organisation.direction,
    organisation.aggregation,
    cast(1 as bigint) as organisations_total
from {{ ref('int_indicator_organisation') }} as organisation
union all
select
    territory.indicator_code,
    territory.year,
    territory.territory_level as place_level,
    territory.territory_id as place_id,
    case when territory.territory_level = 'municipality' then territory.territory_id end as municipality_id,
    territory.region_code,
    territory.value,
    coverage.value_low,
    coverage.value_high,
    territory.precision_digits,
    territory.direction,
    territory.aggregation,
    territory.organisations_total
from {{ ref('int_indicator_territory') }} as territory
left join {{ ref('int_indicator_coverage') }} as coverage
    on
        territory.indicator_code = coverage.indicator_code
        and territory.year = coverage.year
        and territory.territory_level = coverage.territory_level
        and territory.territory_id = coverage.territory_id
