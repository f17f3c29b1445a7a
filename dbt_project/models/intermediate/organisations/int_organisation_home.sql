-- Grain: organisation or site: the municipality and region where its legal entity stands today.

with current_organisation as (
    select *
    from {{ ref('int_organisation_current') }}
),

-- An entity known only by its sites stands where they stand.
placed as (
    select
        organisation.organisation_id,
        organisation.organisation_name,
        coalesce(entity.municipality_key, organisation.municipality_key) as municipality_key,
        coalesce(entity.region_code, organisation.region_code) as region_code
    from current_organisation as organisation
    left join current_organisation as entity
        on organisation.entity_id = entity.organisation_id
)

select
    placed.organisation_id,
    placed.organisation_name,
    municipality.municipality_id,
    municipality.municipality,
    placed.region_code
from placed
left join {{ ref('int_municipality') }} as municipality
    on placed.municipality_key = municipality.municipality_key
