-- Grain: file_sha256 × kind: the last attempt to load it. A file holds several kinds when its sheets do; what was not
-- loaded stands until the file is received again, and without a kind until any of its sheets finds one.

with ranked as (
    select
        load.*,
        row_number() over (partition by load.file_sha256, load.kind order by load.load_sequence desc) as recency,
        max(load.received_at) over (partition by load.file_sha256) as last_received_at,
        max(load.load_sequence) over (partition by load.file_sha256) as last_sequence
    from {{ source('journal', 'load') }} as load
),

standing as (
    select ranked.*
    from ranked
    where
        ranked.recency = 1
        and (
            ranked.outcome = 'loaded'
            or ranked.load_sequence = ranked.last_sequence
            or (ranked.kind is not null and ranked.received_at = ranked.last_received_at)
        )
),

forgotten as (
    select
        forgotten.file_sha256,
        forgotten.kind,
        sum(forgotten.rows) as rows_forgotten
    from {{ source('journal', 'forgotten') }} as forgotten
    group by forgotten.file_sha256, forgotten.kind
)

select
    {{ cast_columns([
        ('standing.file_sha256', 'file_sha256', 'text'),
        ('standing.container_sha256', 'container_sha256', 'text'),
        ('standing.load_sequence', 'load_sequence', 'bigint'),
        ('standing.kind', 'kind', 'text'),
        ('standing.system_code', 'system_code', 'text'),
        ('standing.sender', 'sender', 'text'),
        ('home.municipality', 'municipality', 'text'),
        ('home.municipality_id', 'municipality_id', 'text'),
        ('home.region_code', 'region_code', 'text'),
        ('standing.original_name', 'original_name', 'text'),
        ('standing.original_name', 'file_name', 'text'),
        ('standing.size_bytes', 'size_bytes', 'bigint'),
        ('standing.received_at', 'received_at', 'timestamp'),
        ('standing.loaded_at', 'loaded_at', 'timestamp'),
        ('standing.outcome', 'outcome', 'text'),
        ('standing.refusal', 'refusal', 'text'),
        ('received.layout', 'layout', 'text'),
        ('received.header_row', 'header_row', 'bigint'),
        ('standing.period_start', 'period_start', 'date'),
        ('standing.period_end', 'period_end', 'date'),
        ('standing.rows_read', 'rows_read', 'bigint'),
        ('standing.rows_accepted', 'rows_accepted', 'bigint'),
        ('standing.rows_rejected', 'rows_rejected', 'bigint'),
        ('standing.rows_held', 'rows_held', 'bigint'),
        ('standing.rows_ignored', 'rows_ignored', 'bigint'),
        ('standing.rows_changed', 'rows_changed', 'bigint'),
        ('coalesce(forgotten.rows_forgotten, 0)', 'rows_forgotten', 'bigint'),
    ]) }}
from standing
left join {{ source('journal', 'received') }} as received
    on
        standing.file_sha256 = received.file_sha256
        and standing.kind = received.kind
        and standing.outcome = 'loaded'
left join {{ ref('int_file_municipality') }} as home
    on
        standing.file_sha256 = home.file_sha256
        and standing.kind = home.kind
left join forgotten
    on
        standing.file_sha256 = forgotten.file_sha256
        and standing.kind = forgotten.kind
