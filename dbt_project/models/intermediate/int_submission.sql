-- Grain: kind × system × month × entity that sent something for it: the last file received.

{% set periods = (
    ('headcount', "'-'", snapshot_day('snapshot_date')),
    ('platform_registration', 'system_code', snapshot_day('snapshot_date')),
    ('platform_activity', 'system_code', 'period_end'),
    ('platform_activity_person', 'system_code', 'activity_date'),
    ('service_coverage', 'system_code', snapshot_day('snapshot_date')),
    ('connectivity', "'-'", snapshot_day('measured_on')),
) -%}
with received as (
    {% for kind, system, day in periods -%}
        select
            '{{ kind }}' as kind,
            {{ system }} as system_code,
            {{ month_start(day) }} as month,
            entity_id,
            file_sha256,
            received_at,
            load_sequence
        from {{ ref('stg_' ~ kind) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
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
