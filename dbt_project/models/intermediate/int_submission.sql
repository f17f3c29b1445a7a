-- Grain: kind × system × month × entity that sent something for it: the last file received.

with received as (
    {% for kind in submitted_kinds().split() if kind in row_kinds().split() -%}
        select
            '{{ kind }}' as kind,
            {{ 'system_code' if kind in kinds_with_system().split() else "'-'" }} as system_code,
            {{ month_start(fact_day(kind)) }} as month,
            entity_id,
            file_sha256,
            received_at,
            load_sequence
        from {{ ref('stg_' ~ kind) }}
        union all
    {% endfor -%}
    select
        'platform_activity_person' as kind,
        log.system_code,
        log.period_start as month,
        log.entity_id,
        log_file.file_sha256,
        log_file.received_at,
        log_file.load_sequence
    from {{ ref('int_activity_log_month') }} as log
    inner join {{ source('journal', 'load') }} as log_file
        on log.last_load_sequence = log_file.load_sequence
),

ranked as (
    select
        received.*,
        row_number() over (
            partition by received.kind, received.system_code, received.month, received.entity_id
            order by received.load_sequence desc, received.file_sha256 asc
        ) as recency
    from received
)

select
    ranked.kind,
    ranked.system_code,
    ranked.month,
    cast(extract(year from ranked.month) as integer) as year,
    {{ month_label('ranked.month') }} as period,
    ranked.entity_id,
    ranked.file_sha256,
    ranked.received_at
from ranked
where ranked.recency = 1
