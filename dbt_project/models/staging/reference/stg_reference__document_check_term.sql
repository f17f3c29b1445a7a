-- Grain: check_code × side × term_number.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(check_code as {{ dbt.type_string() }}) as check_code,
    cast(side as {{ dbt.type_string() }}) as side,
    cast(term_number as integer) as term_number,
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    cast(value_type as {{ dbt.type_string() }}) as value_type,
    cast(first_year as integer) as first_year,
    cast(last_year as integer) as last_year,
    cast(breakdown as {{ dbt.type_string() }}) as breakdown,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(constant as decimal(18, 6)) as constant
from {{ source('reference', 'document_check_term') }}
