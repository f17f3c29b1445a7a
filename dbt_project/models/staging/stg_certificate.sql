-- Grain: day × organisation or municipality × type, active rows only.

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
