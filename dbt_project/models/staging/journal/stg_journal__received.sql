-- Grain: receipt of a file.

select
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(container_sha256 as {{ dbt.type_string() }}) as container_sha256,
    cast(container_name as {{ dbt.type_string() }}) as container_name,
    cast(original_name as {{ dbt.type_string() }}) as original_name,
    cast(size_bytes as bigint) as size_bytes,
    cast(received_at as timestamp) as received_at,
    cast(declared as {{ dbt.type_string() }}) as declared,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(state as {{ dbt.type_string() }}) as state,
    cast(program as {{ dbt.type_string() }}) as program,
    cast(layout as {{ dbt.type_string() }}) as layout,
    cast(header_row as bigint) as header_row,
    cast(table_starts as {{ dbt.type_string() }}) as table_starts
from {{ source('journal', 'received') }}
