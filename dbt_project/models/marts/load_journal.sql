-- Grain: file_sha256: the last attempt to load it.

with ranked as (
    select
        load.*,
        row_number() over (partition by load.file_sha256 order by load.load_sequence desc) as recency
    from {{ source('journal', 'load') }} as load
),

forgotten as (
    select
        forgotten.file_sha256,
        sum(forgotten.rows) as rows_forgotten
    from {{ source('journal', 'forgotten') }} as forgotten
    group by forgotten.file_sha256
)

select
    {{ cast_columns([
        ('ranked.file_sha256', 'file_sha256', 'text'),
        ('ranked.container_sha256', 'container_sha256', 'text'),
        ('ranked.load_sequence', 'load_sequence', 'bigint'),
        ('ranked.kind', 'kind', 'text'),
        ('ranked.system_code', 'system_code', 'text'),
        ('ranked.sender', 'sender', 'text'),
        ('home.municipality', 'municipality', 'text'),
        ('home.municipality_id', 'municipality_id', 'text'),
        ('home.region_code', 'region_code', 'text'),
        ('ranked.original_name', 'original_name', 'text'),
        ('ranked.size_bytes', 'size_bytes', 'bigint'),
        ('ranked.received_at', 'received_at', 'timestamp'),
        ('ranked.loaded_at', 'loaded_at', 'timestamp'),
        ('ranked.outcome', 'outcome', 'text'),
        ('ranked.refusal', 'refusal', 'text'),
        ('ranked.period_start', 'period_start', 'date'),
        ('ranked.period_end', 'period_end', 'date'),
        ('ranked.rows_read', 'rows_read', 'bigint'),
        ('ranked.rows_accepted', 'rows_accepted', 'bigint'),
        ('ranked.rows_rejected', 'rows_rejected', 'bigint'),
        ('ranked.rows_held', 'rows_held', 'bigint'),
        ('ranked.rows_ignored', 'rows_ignored', 'bigint'),
        ('ranked.rows_changed', 'rows_changed', 'bigint'),
        ('coalesce(forgotten.rows_forgotten, 0)', 'rows_forgotten', 'bigint'),
    ]) }}
from ranked
left join {{ ref('int_file_municipality') }} as home
    on ranked.file_sha256 = home.file_sha256
left join forgotten
    on ranked.file_sha256 = forgotten.file_sha256
where ranked.recency = 1
