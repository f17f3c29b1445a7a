-- Grain: kind × system × month (or year, or no time at all) × entity or territory that accepted rows speak of: when the
-- first file of it came, also one that was replaced since, and which file is the last.

with active as (
    {% for kind in row_kinds().split() -%}
        select
            '{{ kind }}' as kind,
            {{ received_columns(kind) }},
            max(load_sequence) as last_load_sequence
        from {{ ref('stg_' ~ kind) }}
        group by all
        union all
    {% endfor -%}
    select
        'platform_activity_person' as kind,
        log.system_code,
        log.period_start as month,
        cast(extract(year from log.period_start) as integer) as year,
        log.entity_id,
        '-' as municipality_key,
        '-' as region_code,
        max(log.last_load_sequence) as last_load_sequence
    from {{ ref('int_activity_log_month') }} as log
    group by log.system_code, log.period_start, log.entity_id
),

arrival as (
    {% for kind in row_kinds().split() -%}
        select
            '{{ kind }}' as kind,
            {{ received_columns(kind) }},
            min(received_at) as first_received_at
        from {{ source('raw', kind) }}
        group by all
        union all
    {% endfor -%}
    select
        'platform_activity_person' as kind,
        part.system_code,
        part.month,
        cast(extract(year from part.month) as integer) as year,
        part.entity_id,
        '-' as municipality_key,
        '-' as region_code,
        min(log_file.received_at) as first_received_at
    from {{ ref('int_activity_log_part') }} as part
    inner join {{ ref('stg_journal__load') }} as log_file
        on part.load_sequence = log_file.load_sequence
    group by part.system_code, part.month, part.entity_id
)

select
    active.kind,
    active.system_code,
    active.month,
    active.year,
    nullif(active.entity_id, '-') as entity_id,
    coalesce(home.municipality_id, municipality.municipality_id, nullif(active.municipality_key, '-'))
        as municipality_id,
    coalesce(home.region_code, nullif(active.region_code, '-')) as region_code,
    least(arrival.first_received_at, last_file.received_at) as first_received_at,
    last_file.load_sequence,
    last_file.file_sha256,
    last_file.received_at
from active
inner join {{ ref('stg_journal__load') }} as last_file
    on active.last_load_sequence = last_file.load_sequence
left join arrival
    on
        active.kind = arrival.kind
        and active.system_code = arrival.system_code
        and coalesce(active.month, cast('0001-01-01' as date)) = coalesce(arrival.month, cast('0001-01-01' as date))
        and coalesce(active.year, 0) = coalesce(arrival.year, 0)
        and active.entity_id = arrival.entity_id
        and active.municipality_key = arrival.municipality_key
        and active.region_code = arrival.region_code
left join {{ ref('int_organisation_home') }} as home
    on active.entity_id = home.organisation_id
left join {{ ref('int_municipality') }} as municipality
    on active.municipality_key = municipality.municipality_key
