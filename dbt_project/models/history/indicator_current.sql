-- Grain: indicator × year × place (organisation, municipality, region or federation): what this build publishes, in the
-- form vintages keep.

{% set shared = (
    'indicator_code', 'year', 'indicator_version', 'numerator', 'denominator', 'value', 'unit', 'plan', 'plan_level',
    'plan_scope', 'plan_document', 'plan_clause', 'plan_conflict', 'deviation', 'status', 'is_proxy', 'source_system',
    'as_of_date', 'municipality', 'municipality_id', 'region', 'region_code', 'indicator_short_title',
    'indicator_position', 'precision_digits',
) -%}
select
    'organisation' as place_level,
    organisation.organisation_id as place_id,
    organisation.organisation_name as place_name,
    cast(null as bigint) as organisations_total,
    cast(null as bigint) as organisations_reporting,
    cast(null as bigint) as organisations_below_plan,
    {% for column in shared -%}
        organisation.{{ column }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('indicator_by_organisation') }} as organisation
union all
select
    territory.territory_level as place_level,
    territory.territory_id as place_id,
    territory.territory_name as place_name,
    territory.organisations_total,
    territory.organisations_reporting,
    territory.organisations_below_plan,
    {% for column in shared -%}
        territory.{{ column }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('indicator_by_territory') }} as territory
