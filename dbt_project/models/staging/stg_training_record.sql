-- Grain: document_series × document_number × issued_on, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('training_record') }}
)

select
    {{ provenance() }},
    cast(document_type as {{ dbt.type_string() }}) as document_type,
    cast(document_status as {{ dbt.type_string() }}) as document_status,
    cast(document_series as {{ dbt.type_string() }}) as document_series,
    cast(document_number as {{ dbt.type_string() }}) as document_number,
    cast(issued_on as date) as issued_on,
    cast(programme_title as {{ dbt.type_string() }}) as programme_title,
    cast(hours as bigint) as hours,
    cast(person_key as {{ dbt.type_string() }}) as person_key
from active
