-- Grain: remark on a row of a file.

select
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(sheet as {{ dbt.type_string() }}) as sheet,
    cast(source_row as bigint) as source_row,
    cast(column_name as {{ dbt.type_string() }}) as column_name,
    cast(rule as {{ dbt.type_string() }}) as rule,
    cast(message as {{ dbt.type_string() }}) as message,
    cast(severity as {{ dbt.type_string() }}) as severity
from {{ source('journal', 'reject') }}
