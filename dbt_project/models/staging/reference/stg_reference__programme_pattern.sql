-- Grain: applies_to × pattern.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(applies_to as {{ dbt.type_string() }}) as applies_to,
    cast(pattern as {{ dbt.type_string() }}) as pattern,
    cast(is_digital_environment as boolean) as is_digital_environment,
    cast(note as {{ dbt.type_string() }}) as note
from {{ source('reference', 'programme_pattern') }}
