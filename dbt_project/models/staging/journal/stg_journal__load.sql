-- Grain: load_sequence × kind: an attempt to load a kind of a file.

select
    cast(load_sequence as bigint) as load_sequence,
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(container_sha256 as {{ dbt.type_string() }}) as container_sha256,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(system_code as {{ dbt.type_string() }}) as system_code,
    cast(sender as {{ dbt.type_string() }}) as sender,
    cast(original_name as {{ dbt.type_string() }}) as original_name,
    cast(size_bytes as bigint) as size_bytes,
    cast(received_at as timestamp) as received_at,
    cast(loaded_at as timestamp) as loaded_at,
    cast(outcome as {{ dbt.type_string() }}) as outcome,
    cast(refusal as {{ dbt.type_string() }}) as refusal,
    cast(period_start as date) as period_start,
    cast(period_end as date) as period_end,
    cast(rows_read as bigint) as rows_read,
    cast(rows_accepted as bigint) as rows_accepted,
    cast(rows_rejected as bigint) as rows_rejected,
    cast(rows_held as bigint) as rows_held,
    cast(rows_ignored as bigint) as rows_ignored,
    cast(rows_changed as bigint) as rows_changed
from {{ source('journal', 'load') }}
