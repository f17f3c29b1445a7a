-- Grain: load_sequence × scope_key: what rows of a later file replace.

select
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(load_sequence as bigint) as load_sequence,
    cast(scope_key as {{ dbt.type_string() }}) as scope_key
from {{ source('journal', 'load_scope') }}
