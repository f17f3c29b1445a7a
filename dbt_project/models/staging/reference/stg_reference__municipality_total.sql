-- Grain: region_code × from_year.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(municipalities as integer) as municipalities,
    cast(from_year as integer) as from_year,
    cast(to_year as integer) as to_year
from {{ source('reference', 'municipality_total') }}
