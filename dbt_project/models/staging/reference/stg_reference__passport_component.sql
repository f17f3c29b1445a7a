-- Grain: indicator_code × version × side × priority × measure_code × role_code × system_code × subject_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    cast(version as integer) as version,
    cast(side as {{ dbt.type_string() }}) as side,
    cast(priority as integer) as priority,
    cast(measure_code as {{ dbt.type_string() }}) as measure_code,
    cast(role_code as {{ dbt.type_string() }}) as role_code,
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(subject_code as {{ dbt.type_string() }}) as subject_code,
    cast(is_proxy as boolean) as is_proxy,
    cast(threshold as decimal(18, 6)) as threshold
from {{ source('reference', 'passport_component') }}
