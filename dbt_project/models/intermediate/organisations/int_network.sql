-- Grain: year × municipality × line of the network's table: organisations at the year's end. Management bodies are no
-- organisations of the network.

select
    organisation.year,
    organisation.municipality_id,
    type.network_group,
    max(type.network_order) as network_order,
    max(organisation.municipality) as municipality,
    max(organisation.region) as region,
    max(organisation.region_code) as region_code,
    count(*) as organisations
from {{ ref('int_organisation_year') }} as organisation
inner join {{ ref('stg_reference__organisation_type') }} as type
    on organisation.organisation_type = type.title
where organisation.exists_at_year_end and organisation.organisation_type <> 'орган управления'
group by organisation.year, organisation.municipality_id, type.network_group
