-- Grain: file_sha256 × kind: the last attempt to load it, how its table was read, and what was forgotten of it since.

with forgotten as (
    select
        forgotten.file_sha256,
        forgotten.kind,
        sum(forgotten.rows) as rows_forgotten
    from {{ ref('stg_journal__forgotten') }} as forgotten
    group by forgotten.file_sha256, forgotten.kind
)

select
    {{ cast_columns([
        ('load.file_sha256', 'file_sha256', 'text'),
        ('load.container_sha256', 'container_sha256', 'text'),
        ('load.load_sequence', 'load_sequence', 'bigint'),
        ('load.kind', 'kind', 'text'),
        ('load.system_code', 'system_code', 'text'),
        ('load.sender', 'sender', 'text'),
        ('load.municipality', 'municipality', 'text'),
        ('load.municipality_id', 'municipality_id', 'text'),
        ('load.region_code', 'region_code', 'text'),
        ('load.original_name', 'original_name', 'text'),
        ('load.original_name', 'file_name', 'text'),
        ('load.size_bytes', 'size_bytes', 'bigint'),
        ('load.received_at', 'received_at', 'timestamp'),
        ('load.loaded_at', 'loaded_at', 'timestamp'),
        ('load.outcome', 'outcome', 'text'),
        ('load.refusal', 'refusal', 'text'),
        ('received.layout', 'layout', 'text'),
        ('received.header_row', 'header_row', 'bigint'),
        ('load.period_start', 'period_start', 'date'),
        ('load.period_end', 'period_end', 'date'),
        ('load.rows_read', 'rows_read', 'bigint'),
        ('load.rows_accepted', 'rows_accepted', 'bigint'),
        ('load.rows_rejected', 'rows_rejected', 'bigint'),
        ('load.rows_held', 'rows_held', 'bigint'),
        ('load.rows_ignored', 'rows_ignored', 'bigint'),
        ('load.rows_changed', 'rows_changed', 'bigint'),
        ('coalesce(forgotten.rows_forgotten, 0)', 'rows_forgotten', 'bigint'),
    ]) }}
from {{ ref('int_load') }} as load
left join {{ ref('stg_journal__received') }} as received
    on
        load.file_sha256 = received.file_sha256
        and load.kind = received.kind
        and load.outcome = 'loaded'
left join forgotten
    on
        load.file_sha256 = forgotten.file_sha256
        and load.kind = forgotten.kind
