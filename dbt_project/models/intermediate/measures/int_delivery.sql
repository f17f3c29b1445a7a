-- Grain: delivery row, with its year and whether it belongs to the digital environment programme
-- (programme empty, or named so; settled question 14).

with named as (
    select
        delivery.row_id,
        max(case when pattern.is_digital_environment then 1 else 0 end) as is_included
    from {{ ref('stg_equipment_delivery') }} as delivery
    inner join {{ ref('stg_reference__programme_pattern') }} as pattern
        on
            pattern.applies_to = 'delivery'
            and {{ folded_title('delivery.programme') }} like pattern.pattern
    group by delivery.row_id
)

select
    delivery.row_id,
    delivery.entity_id,
    delivery.item,
    delivery.unit,
    delivery.quantity,
    delivery.delivered_on,
    delivery.delivery_year as year,
    trim(coalesce(delivery.programme, '')) = '' or coalesce(named.is_included, 0) = 1 as is_digital_environment
from {{ ref('stg_equipment_delivery') }} as delivery
left join named
    on delivery.row_id = named.row_id
