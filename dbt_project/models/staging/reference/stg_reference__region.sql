-- Grain: region_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(name as {{ dbt.type_string() }}) as name,
    cast(oktmo_prefix as {{ dbt.type_string() }}) as oktmo_prefix
from {{ source('reference', 'region') }}
