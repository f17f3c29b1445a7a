-- Grain: year × municipality_id × network_group: organisations at the year's end by the line of the network's table,
-- and their share of all. Management bodies are no organisations of the network.

with counted as (
    select
        organisation.year,
        organisation.municipality_id,
        max(organisation.municipality) as municipality,
        max(organisation.region) as region,
        max(organisation.region_code) as region_code,
        type.network_group,
        max(type.network_order) as network_order,
        count(*) as organisations
    from {{ ref('int_organisation_year') }} as organisation
    inner join {{ source('reference', 'organisation_type') }} as type
        on organisation.organisation_type = type.title
    where organisation.exists_at_year_end and organisation.organisation_type <> 'орган управления'
    group by organisation.year, organisation.municipality_id, type.network_group
),

totalled as (
    select
        counted.*,
        sum(counted.organisations) over (partition by counted.year, counted.municipality_id) as organisations_total
    from counted
)

select
    {{ cast_columns([
        ('totalled.year', 'year', 'integer'),
        ('totalled.municipality_id', 'municipality_id', 'text'),
        ('totalled.network_group', 'network_group', 'text'),
        ('totalled.network_order', 'network_order', 'integer'),
        ('totalled.municipality', 'municipality', 'text'),
        ('totalled.region', 'region', 'text'),
        ('totalled.region_code', 'region_code', 'text'),
        ('totalled.organisations', 'organisations', 'bigint'),
        ('totalled.organisations_total', 'organisations_total', 'bigint'),
    ]) }},
    cast(
        {{ indicator_value('totalled.organisations', 'totalled.organisations_total', "'%'", "'ratio_of_sums'") }}
        as decimal(18, 6)
    ) as share
from totalled
