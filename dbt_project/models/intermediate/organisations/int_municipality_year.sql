-- Grain: municipality_id × year: its name and ОКТМО as the registry had them on 31 December. A district that became an
-- округ has two codes, each in its years, and one municipality_id, the latest code (organisation_history.md).

with entity_row as (
    select
        registry.*,
        coalesce(registry.valid_from, cast('0001-01-01' as date)) as starts_on
    from {{ ref('stg_organisation_registry') }} as registry
    where registry.municipality_key is not null
),

-- The registry's latest word of the year, by any organisation of the municipality.
ranked as (
    select
        municipality.municipality_id,
        spine.year,
        entity_row.municipality,
        {{ municipality_code_then('entity_row.oktmo', 'municipality.municipality_oktmo') }} as municipality_oktmo,
        row_number() over (
            partition by municipality.municipality_id, spine.year
            order by
                case when entity_row.starts_on <= spine.year_end then 0 else 1 end asc,
                case when entity_row.starts_on <= spine.year_end then entity_row.starts_on end desc,
                entity_row.starts_on asc,
                case when entity_row.oktmo is null then 1 else 0 end asc,
                entity_row.load_sequence desc,
                entity_row.row_id asc
        ) as recency
    from entity_row
    inner join {{ ref('int_municipality') }} as municipality
        on entity_row.municipality_key = municipality.municipality_key
    cross join {{ ref('int_year') }} as spine
)

select
    ranked.municipality_id,
    ranked.year,
    ranked.municipality,
    ranked.municipality_oktmo
from ranked
where ranked.recency = 1
