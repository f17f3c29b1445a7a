-- Grain: legal entity × day from which the registry says something of it, to the day before it says something else.
-- Days before the first are in the first span too, as of an entity that did not exist: its facts keep their names.

with entity_row as (
    select
        registry.*,
        coalesce(registry.valid_from, cast('0001-01-01' as date)) as starts_on,
        case when registry.organisation_id = registry.entity_id then 1 else 0 end as is_own_row
    from {{ ref('stg_organisation_registry') }} as registry
),

-- An entity known only by its sites speaks through them; of one day the last word counts.
spoken as (
    select
        entity_row.*,
        row_number() over (
            partition by entity_row.entity_id, entity_row.starts_on
            order by entity_row.is_own_row desc, entity_row.load_sequence desc, entity_row.row_id asc
        ) as recency,
        max(entity_row.is_own_row) over (partition by entity_row.entity_id) as has_own_row
    from entity_row
),

span as (
    select
        spoken.*,
        lag(spoken.starts_on) over (partition by spoken.entity_id order by spoken.starts_on asc) as former_starts_on,
        lead(spoken.starts_on) over (partition by spoken.entity_id order by spoken.starts_on asc) as next_starts_on
    from spoken
    where spoken.recency = 1 and spoken.is_own_row = spoken.has_own_row
)

select
    span.entity_id as organisation_id,
    case when span.former_starts_on is null then cast('0001-01-01' as date) else span.starts_on end as first_day,
    coalesce({{ add_days('span.next_starts_on', -1) }}, cast('9999-12-31' as date)) as last_day,
    span.starts_on as exists_from,
    coalesce(span.valid_to, cast('9999-12-31' as date)) as exists_to,
    span.inn,
    coalesce(span.short_name, span.full_name) as organisation_name,
    span.organisation_type,
    span.locality_type,
    span.is_general_education,
    {{ has_basic_general('span', 'organisation_type') }} as has_basic_general,
    municipality.municipality_id,
    span.municipality,
    {{ municipality_code_then('span.oktmo', 'municipality.municipality_oktmo') }} as municipality_oktmo,
    span.region_code,
    coalesce(region.name, span.region) as region
from span
left join {{ ref('int_municipality') }} as municipality
    on span.municipality_key = municipality.municipality_key
left join {{ ref('stg_reference__region') }} as region
    on span.region_code = region.region_code
left join {{ ref('stg_reference__organisation_type') }} as organisation_type
    on span.organisation_type = organisation_type.title
