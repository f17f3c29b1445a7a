-- Grain: indicator_code × version.
-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited.

select
    cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
    cast(version as integer) as version,
    cast(position as integer) as position,
    cast(title as {{ dbt.type_string() }}) as title,
    cast(short_title as {{ dbt.type_string() }}) as short_title,
    cast(definition as {{ dbt.type_string() }}) as definition,
    cast(definition_source as {{ dbt.type_string() }}) as definition_source,
    cast(formula as {{ dbt.type_string() }}) as formula,
    cast(numerator_text as {{ dbt.type_string() }}) as numerator_text,
    cast(denominator_text as {{ dbt.type_string() }}) as denominator_text,
    cast(document as {{ dbt.type_string() }}) as document,
    cast(document_lines as {{ dbt.type_string() }}) as document_lines,
    cast(document_codes as {{ dbt.type_string() }}) as document_codes,
    cast(same_as as {{ dbt.type_string() }}) as same_as,
    cast(note as {{ dbt.type_string() }}) as note,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(precision_digits as integer) as precision_digits,
    cast(direction as {{ dbt.type_string() }}) as direction,
    cast(aggregation as {{ dbt.type_string() }}) as aggregation,
    cast(cumulative as {{ dbt.type_string() }}) as cumulative,
    cast(plan_accumulates as boolean) as plan_accumulates,
    cast(year_kind as {{ dbt.type_string() }}) as year_kind,
    cast(population as {{ dbt.type_string() }}) as population,
    cast(computed_where as {{ dbt.type_string() }}) as computed_where,
    cast(monthly_monitoring as boolean) as monthly_monitoring,
    cast(valid_from_year as integer) as valid_from_year,
    cast(valid_to_year as integer) as valid_to_year,
    cast(break_threshold as decimal(18, 6)) as break_threshold
from {{ source('reference', 'indicator_passport') }}
