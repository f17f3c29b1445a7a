-- Grain: file_sha256 × kind × forgotten_at.

select
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(rows as bigint) as rows,
    cast(forgotten_at as timestamp) as forgotten_at
from {{ source('journal', 'forgotten') }}
