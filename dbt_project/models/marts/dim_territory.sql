-- Grain: territory_id: the federation, regions and municipalities that the registry or a plan names.
-- Validity: from the first to the last day any of its organisations is registered there; null is open.

with municipality_span as (
    select
        municipality.municipality_id,
        max(case when registry.valid_from is null then 1 else 0 end) as is_open_start,
        min(registry.valid_from) as valid_from,
        max(case when registry.valid_to is null then 1 else 0 end) as is_open_end,
        max(registry.valid_to) as valid_to
    from {{ ref('dim_organisation') }} as registry
    inner join {{ ref('int_municipality') }} as municipality
        on registry.municipality_id = municipality.municipality_id
    group by municipality.municipality_id
),

municipality as (
    select
        municipality.municipality_id as territory_id,
        max(municipality.municipality) as territory_name,
        max(municipality.municipality_oktmo) as oktmo,
        max(municipality.region_code) as region_code
    from {{ ref('int_municipality') }} as municipality
    group by municipality.municipality_id
),

-- A plan may name a municipality or a region of which the registry holds no organisation yet.
planned_municipality as (
    select
        plan.place_id as territory_id,
        max(stg.municipality) as territory_name,
        cast(null as {{ dbt.type_string() }}) as oktmo,
        max(plan.region_code) as region_code
    from {{ ref('int_plan') }} as plan
    inner join {{ ref('stg_indicator_plan') }} as stg
        on plan.row_id = stg.row_id
    where
        plan.level = 'municipality'
        and plan.place_id not in (select municipality.territory_id from municipality)
    group by plan.place_id
),

known_region as (
    select
        named.region_code,
        max(named.region) as region
    from (
        select
            organisation.region_code,
            organisation.region
        from {{ ref('int_organisation_current') }} as organisation
        union all
        select
            stg.region_code,
            stg.region
        from {{ ref('stg_indicator_plan') }} as stg
    ) as named
    where named.region_code is not null
    group by named.region_code
),

region as (
    select
        known_region.region_code,
        coalesce(catalogue.name, known_region.region) as region
    from known_region
    left join {{ source('reference', 'region') }} as catalogue
        on known_region.region_code = catalogue.region_code
),

unioned as (
    select
        'RU' as territory_id,
        'federation' as territory_level,
        'Российская Федерация' as territory_name,
        cast(null as {{ dbt.type_string() }}) as parent_id,
        cast(null as {{ dbt.type_string() }}) as municipality,
        cast(null as {{ dbt.type_string() }}) as oktmo,
        cast(null as {{ dbt.type_string() }}) as region_code
    union all
    select
        region.region_code as territory_id,
        'region' as territory_level,
        region.region as territory_name,
        'RU' as parent_id,
        cast(null as {{ dbt.type_string() }}) as municipality,
        cast(null as {{ dbt.type_string() }}) as oktmo,
        region.region_code
    from region
    union all
    select
        municipality.territory_id,
        'municipality' as territory_level,
        municipality.territory_name,
        municipality.region_code as parent_id,
        municipality.territory_name as municipality,
        municipality.oktmo,
        municipality.region_code
    from municipality
    union all
    select
        planned_municipality.territory_id,
        'municipality' as territory_level,
        planned_municipality.territory_name,
        planned_municipality.region_code as parent_id,
        planned_municipality.territory_name as municipality,
        planned_municipality.oktmo,
        planned_municipality.region_code
    from planned_municipality
)

select
    {{ cast_columns([
        ('unioned.territory_id', 'territory_id', 'text'),
        ('unioned.territory_level', 'territory_level', 'text'),
        ('unioned.territory_name', 'territory_name', 'text'),
        ('unioned.parent_id', 'parent_id', 'text'),
        ('unioned.municipality', 'municipality', 'text'),
        ('unioned.oktmo', 'oktmo', 'text'),
        ("case when unioned.territory_level = 'municipality' then unioned.territory_id end", 'municipality_id', 'text'),
        ('region.region', 'region', 'text'),
        ('unioned.region_code', 'region_code', 'text'),
        ('case when span.is_open_start = 0 then span.valid_from end', 'valid_from', 'date'),
        ('case when span.is_open_end = 0 then span.valid_to end', 'valid_to', 'date'),
    ]) }}
from unioned
left join region
    on unioned.region_code = region.region_code
left join municipality_span as span
    on unioned.territory_id = span.municipality_id
