-- Grain: check_code.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(check_code as {{ dbt.type_string() }}) as check_code,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(document as {{ dbt.type_string() }}) as document,
    cast(lines as {{ dbt.type_string() }}) as lines,
    cast(relation as {{ dbt.type_string() }}) as relation,
    cast(note as {{ dbt.type_string() }}) as note
from {{ source('reference', 'document_check') }}
