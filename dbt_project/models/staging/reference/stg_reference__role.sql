-- Grain: role_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(title as {{ dbt.type_string() }}) as title
from {{ source('reference', 'role') }}
