-- Grain: municipality_key.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(municipality_key as {{ dbt.type_string() }}) as municipality_key,
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(name as {{ dbt.type_string() }}) as name,
    cast(oktmo as {{ dbt.type_string() }}) as oktmo,
    cast(is_former as boolean) as is_former
from {{ source('reference', 'municipality') }}
