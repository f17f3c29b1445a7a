-- Grain: row of a file that waits for a name, and what became of it; what the row says (payload) is for stewards alone.

select
    cast(held_id as bigint) as held_id,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(sheet as {{ dbt.type_string() }}) as sheet,
    cast(source_row as bigint) as source_row,
    cast(load_sequence as bigint) as load_sequence,
    cast(reason as {{ dbt.type_string() }}) as reason,
    cast(status as {{ dbt.type_string() }}) as status
from {{ source('journal', 'held_row') }}
