-- Grain: year × organisation_id (legal entity) × item × unit delivered in the year. Units are never added together.

with delivered as (
    select
        delivery.year,
        delivery.entity_id as organisation_id,
        delivery.item,
        delivery.unit,
        sum(delivery.quantity) as quantity,
        sum(case when delivery.is_digital_environment then delivery.quantity else 0 end)
            as quantity_digital_environment,
        min(delivery.delivered_on) as first_delivery
    from {{ ref('int_delivery') }} as delivery
    group by delivery.year, delivery.entity_id, delivery.item, delivery.unit
),

cumulated as (
    select
        delivered.*,
        sum(delivered.quantity) over (
            partition by delivered.organisation_id, delivered.item, delivered.unit
            order by delivered.year asc
            rows between unbounded preceding and current row
        ) as quantity_to_date,
        min(delivered.first_delivery) over (
            partition by delivered.organisation_id, delivered.item, delivered.unit
        ) as first_delivery_ever
    from delivered
)

select
    {{ cast_columns([
        ('cumulated.year', 'year', 'integer'),
        ('cumulated.organisation_id', 'organisation_id', 'text'),
        ('cumulated.item', 'item', 'text'),
        ('cumulated.unit', 'unit', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('cumulated.quantity', 'quantity', 'decimal(18, 3)'),
        ('cumulated.quantity_to_date', 'quantity_to_date', 'decimal(18, 3)'),
        ('cumulated.quantity_digital_environment', 'quantity_digital_environment', 'decimal(18, 3)'),
        ('cumulated.first_delivery_ever', 'first_delivery', 'date'),
    ]) }}
from cumulated
left join {{ ref('int_organisation_year') }} as place
    on
        cumulated.organisation_id = place.organisation_id
        and cumulated.year = place.year
