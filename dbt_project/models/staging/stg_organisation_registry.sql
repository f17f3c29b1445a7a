-- Grain: organisation or site × start of validity, active rows only.

with active as (
    {{ active_rows('organisation_registry') }}
)

select
    {{ provenance() }},
    cast(inn as {{ dbt.type_string() }}) as inn,
    cast(kpp as {{ dbt.type_string() }}) as kpp,
    cast(ogrn as {{ dbt.type_string() }}) as ogrn,
    cast(oktmo as {{ dbt.type_string() }}) as oktmo,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(municipality as {{ dbt.type_string() }}) as municipality,
    cast(full_name as {{ dbt.type_string() }}) as full_name,
    cast(short_name as {{ dbt.type_string() }}) as short_name,
    cast(organisation_type as {{ dbt.type_string() }}) as organisation_type,
    cast(locality_type as {{ dbt.type_string() }}) as locality_type,
    cast(is_general_education as boolean) as is_general_education,
    cast(programmes as {{ dbt.type_string() }}) as programmes,
    cast(is_branch as boolean) as is_branch,
    cast(head_inn as {{ dbt.type_string() }}) as head_inn,
    cast(valid_from as date) as valid_from,
    cast(valid_to as date) as valid_to,
    cast(successor_inn as {{ dbt.type_string() }}) as successor_inn,
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(municipality_key as {{ dbt.type_string() }}) as municipality_key
from active
