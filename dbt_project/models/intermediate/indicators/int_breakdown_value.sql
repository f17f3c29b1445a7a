-- Grain: indicator × year × level × place × breakdown × kind of value (number, share in per cent): what exports give
-- of the parts of an indicator that documents break down: organisations by the line of the network's table, deliveries
-- by item.

with counting as (
    select distinct
        passport.indicator_code,
        component.measure_code,
        component.subject_code
    from {{ ref('stg_reference__indicator_passport') }} as passport
    inner join {{ ref('stg_reference__passport_component') }} as component
        on
            passport.indicator_code = component.indicator_code
            and passport.version = component.version
            and component.side = 'numerator'
            and component.measure_code in ('organisations', 'items')
),

network as (
    select
        counted.year,
        counted.municipality_id as place_id,
        counted.network_group as breakdown,
        counted.organisations as value
    from {{ ref('int_network') }} as counted
),

network_year as (
    select distinct
        network.year,
        network.place_id
    from network
),

network_group as (
    select distinct type.network_group as breakdown
    from {{ ref('stg_reference__organisation_type') }} as type
),

-- A line of the table without any organisation is zero, not silence: the registry lists them all.
network_line as (
    select
        network_year.year,
        network_year.place_id,
        network_group.breakdown,
        coalesce(network.value, 0) as value,
        sum(coalesce(network.value, 0)) over (partition by network_year.year, network_year.place_id) as total
    from network_year
    cross join network_group
    left join network
        on
            network_year.year = network.year
            and network_year.place_id = network.place_id
            and network_group.breakdown = network.breakdown
),

item as (
    select
        delivery.year,
        delivery.entity_id as place_id,
        delivery.item as breakdown,
        sum(delivery.quantity) as value
    from {{ ref('int_delivery') }} as delivery
    group by delivery.year, delivery.entity_id, delivery.item
)

select distinct
    counting.indicator_code,
    network_line.year,
    'municipality' as level,
    network_line.place_id,
    network_line.breakdown,
    'number' as value_of,
    cast(network_line.value as decimal(18, 6)) as value
from network_line
inner join counting
    on counting.measure_code = 'organisations'
union all
select distinct
    counting.indicator_code,
    network_line.year,
    'municipality' as level,
    network_line.place_id,
    network_line.breakdown,
    'share' as value_of,
    {{ indicator_value('network_line.value', 'network_line.total', "'%'", "'ratio_of_sums'") }} as value
from network_line
inner join counting
    on counting.measure_code = 'organisations'
union all
select distinct
    counting.indicator_code,
    item.year,
    'organisation' as level,
    item.place_id,
    item.breakdown,
    'number' as value_of,
    cast(item.value as decimal(18, 6)) as value
from item
inner join counting
    on counting.measure_code = 'items'
