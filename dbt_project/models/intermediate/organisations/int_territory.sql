-- Grain: territory_id: the federation, regions and municipalities that the registry or a document names, as they are
-- today.

with municipality as (
    select
        municipality.municipality_id as territory_id,
        max(municipality.municipality) as territory_name,
        max(municipality.municipality_oktmo) as oktmo,
        max(municipality.region_code) as region_code
    from {{ ref('int_municipality') }} as municipality
    group by municipality.municipality_id
),

-- A document may name a municipality or a region of which the registry holds no organisation yet.
planned_municipality as (
    select
        value.place_id as territory_id,
        max(value.municipality) as territory_name,
        cast(null as {{ dbt.type_string() }}) as oktmo,
        max(value.region_code) as region_code
    from {{ ref('int_published_value') }} as value
    where
        value.level = 'municipality'
        and value.place_id not in (select municipality.territory_id from municipality)
    group by value.place_id
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
            value.region_code,
            value.region
        from {{ ref('int_published_value') }} as value
        union all
        -- The region of a municipality of the list, of which the registry has nothing yet.
        select
            municipality.region_code,
            cast(null as {{ dbt.type_string() }}) as region
        from municipality
    ) as named
    where named.region_code is not null
    group by named.region_code
),

region as (
    select
        known_region.region_code,
        coalesce(catalogue.name, known_region.region) as region
    from known_region
    left join {{ ref('stg_reference__region') }} as catalogue
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
    unioned.territory_id,
    unioned.territory_level,
    unioned.territory_name,
    unioned.parent_id,
    unioned.municipality,
    unioned.oktmo,
    case when unioned.territory_level = 'municipality' then unioned.territory_id end as municipality_id,
    region.region,
    unioned.region_code
from unioned
left join region
    on unioned.region_code = region.region_code
