-- Grain: organisation or site, its latest registry row.

with ranked as (
    select
        registry.*,
        row_number() over (
            partition by registry.organisation_id
            order by
                coalesce(registry.valid_from, cast('0001-01-01' as date)) desc, registry.load_sequence desc,
                registry.row_id asc
        ) as recency
    from {{ ref('stg_organisation_registry') }} as registry
)

select
    ranked.organisation_id,
    ranked.entity_id,
    ranked.organisation_id <> ranked.entity_id as is_site,
    coalesce(ranked.short_name, ranked.full_name) as organisation_name,
    ranked.organisation_type,
    ranked.region_code,
    ranked.region,
    ranked.municipality_key,
    ranked.municipality,
    ranked.oktmo,
    ranked.valid_from,
    ranked.load_sequence
from ranked
where ranked.recency = 1
