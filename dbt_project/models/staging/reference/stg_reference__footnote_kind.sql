-- Grain: footnote_kind.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(footnote_kind as {{ dbt.type_string() }}) as footnote_kind,
    cast(position as integer) as position,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(text as {{ dbt.type_string() }}) as text
from {{ source('reference', 'footnote_kind') }}
