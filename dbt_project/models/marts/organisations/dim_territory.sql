-- Grain: territory_id × valid_from: the federation, regions and municipalities that the registry or a document names. A
-- municipality whose ОКТМО changed (district to округ) has a row for each code; is_current marks the present one.
-- Validity: from the first to the last day any of its organisations is registered there; null is open.

with registry as (
    select
        municipality.municipality_id,
        organisation.municipality,
        organisation.valid_from,
        organisation.valid_to,
        organisation.load_sequence,
        {{ municipality_code_then('organisation.oktmo', 'municipality.municipality_oktmo') }} as oktmo
    from {{ ref('stg_organisation_registry') }} as organisation
    inner join {{ ref('int_municipality') }} as municipality
        on organisation.municipality_key = municipality.municipality_key
),

named as (
    select
        registry.*,
        row_number() over (
            partition by registry.municipality_id, coalesce(registry.oktmo, '-')
            order by
                coalesce(registry.valid_from, cast('0001-01-01' as date)) desc,
                registry.load_sequence desc,
                registry.municipality asc
        ) as recency
    from registry
),

span as (
    select
        named.municipality_id,
        named.oktmo,
        max(case when named.recency = 1 then named.municipality end) as municipality,
        min(coalesce(named.valid_from, cast('0001-01-01' as date))) as starts_on,
        max(case when named.valid_to is null then 1 else 0 end) as is_open_end,
        max(named.valid_to) as ends_on
    from named
    group by named.municipality_id, named.oktmo
),

state as (
    select
        span.*,
        lead(span.starts_on) over (partition by span.municipality_id order by span.starts_on asc, span.oktmo asc)
            as next_starts_on
    from span
)

select
    {{ cast_columns([
        ('territory.territory_id', 'territory_id', 'text'),
        ('territory.territory_level', 'territory_level', 'text'),
        (
            'case when state.next_starts_on is null then territory.territory_name else state.municipality end',
            'territory_name', 'text'
        ),
        ('territory.parent_id', 'parent_id', 'text'),
        (
            'case when state.next_starts_on is null then territory.municipality else state.municipality end',
            'municipality', 'text'
        ),
        ('case when state.next_starts_on is null then territory.oktmo else state.oktmo end', 'oktmo', 'text'),
        ('territory.municipality_id', 'municipality_id', 'text'),
        ('territory.region', 'region', 'text'),
        ('territory.region_code', 'region_code', 'text'),
        ("case when state.starts_on > cast('0001-01-01' as date) then state.starts_on end", 'valid_from', 'date'),
        (
            'coalesce(' ~ add_days('state.next_starts_on', -1)
            ~ ', case when state.is_open_end = 0 then state.ends_on end)',
            'valid_to', 'date'
        ),
        ('state.next_starts_on is null', 'is_current', 'boolean'),
    ]) }}
from {{ ref('int_territory') }} as territory
left join state
    on territory.territory_id = state.municipality_id
