-- Grain: year × municipality_id × network_group: organisations at the year's end by the line of the network's table,
-- and their share of all. Management bodies are no organisations of the network.

with totalled as (
    select
        network.*,
        sum(network.organisations) over (partition by network.year, network.municipality_id) as organisations_total
    from {{ ref('int_network') }} as network
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
