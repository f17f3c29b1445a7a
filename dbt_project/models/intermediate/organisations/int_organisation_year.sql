-- Grain: legal entity × year, as it stood on 31 December. An entity that did not exist on that day keeps a row with
-- exists_at_year_end = false, so that facts of a closed school keep their names.

with registry as (
    select
        stg.*,
        max(case when stg.organisation_id = stg.entity_id then 1 else 0 end)
            over (partition by stg.entity_id) as has_own_row
    from {{ ref('stg_organisation_registry') }} as stg
),

-- An entity known only by its sites speaks through them.
entity_row as (
    select
        registry.*,
        coalesce(registry.valid_from, cast('0001-01-01' as date)) as starts_on
    from registry
    where registry.organisation_id = registry.entity_id or registry.has_own_row = 0
),

ranked as (
    select
        spine.year,
        spine.year_end,
        entity_row.*,
        row_number() over (
            partition by entity_row.entity_id, spine.year
            order by
                case when entity_row.starts_on <= spine.year_end then 0 else 1 end asc,
                case when entity_row.starts_on <= spine.year_end then entity_row.starts_on end desc,
                entity_row.starts_on asc,
                entity_row.load_sequence desc,
                entity_row.row_id asc
        ) as recency
    from entity_row
    cross join {{ ref('int_year') }} as spine
)

select
    ranked.entity_id as organisation_id,
    ranked.year,
    ranked.year_end,
    ranked.starts_on <= ranked.year_end and coalesce(ranked.valid_to >= ranked.year_end, true) as exists_at_year_end,
    ranked.inn,
    coalesce(ranked.short_name, ranked.full_name) as organisation_name,
    ranked.organisation_type,
    ranked.locality_type,
    ranked.is_general_education,
    {{ has_basic_general('ranked', 'organisation_type') }} as has_basic_general,
    municipality.municipality_id,
    ranked.municipality,
    coalesce(municipality_year.municipality_oktmo, municipality.municipality_oktmo) as municipality_oktmo,
    ranked.region_code,
    coalesce(region.name, ranked.region) as region,
    ranked.row_id,
    ranked.file_sha256,
    ranked.sheet,
    ranked.source_row
from ranked
left join {{ ref('int_municipality') }} as municipality
    on ranked.municipality_key = municipality.municipality_key
left join {{ ref('int_municipality_year') }} as municipality_year
    on
        municipality.municipality_id = municipality_year.municipality_id
        and ranked.year = municipality_year.year
left join {{ ref('stg_reference__region') }} as region
    on ranked.region_code = region.region_code
left join {{ ref('stg_reference__organisation_type') }} as organisation_type
    on ranked.organisation_type = organisation_type.title
where ranked.recency = 1
