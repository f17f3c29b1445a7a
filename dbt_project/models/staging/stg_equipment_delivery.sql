-- Grain: organisation × date × item × unit × model, active rows only.

with active as (
    {{ active_rows('equipment_delivery') }}
)

select
    {{ provenance() }},
    cast(delivered_on as date) as delivered_on,
    cast(coalesce(extract(year from delivered_on), delivery_year) as integer) as delivery_year,
    cast(item as {{ dbt.type_string() }}) as item,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(quantity as decimal(18, 3)) as quantity,
    cast(programme as {{ dbt.type_string() }}) as programme,
    cast(model as {{ dbt.type_string() }}) as model,
    cast(contract as {{ dbt.type_string() }}) as contract,
    cast(cost as decimal(18, 2)) as cost
from active
