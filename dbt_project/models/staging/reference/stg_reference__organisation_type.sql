-- Grain: title.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(title as {{ dbt.type_string() }}) as title,
    cast(is_general_education as boolean) as is_general_education,
    cast(has_basic_general as boolean) as has_basic_general,
    cast(network_group as {{ dbt.type_string() }}) as network_group,
    cast(network_order as integer) as network_order
from {{ source('reference', 'organisation_type') }}
