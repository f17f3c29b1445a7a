-- Grain: snapshot_date × certificate_type × organisation or territory, active rows only.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

with active as (
    {{ active_rows('certificate') }}
)

select
    {{ provenance() }},
    cast(snapshot_date as date) as snapshot_date,
    cast(issued as bigint) as issued,
    cast(certificate_type as {{ dbt.type_string() }}) as certificate_type,
    {{ level_columns() }}
from active
