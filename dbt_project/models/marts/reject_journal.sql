-- Grain: file_sha256 × sheet × row × column × rule.

with reject as (
    select
        journal.file_sha256,
        journal.sheet,
        journal.source_row,
        journal.column_name,
        journal.rule,
        min(journal.message) as message,
        min(journal.severity) as severity
    from {{ source('journal', 'reject') }} as journal
    group by journal.file_sha256, journal.sheet, journal.source_row, journal.column_name, journal.rule
)

select
    {{ cast_columns([
        ('reject.file_sha256', 'file_sha256', 'text'),
        ('reject.sheet', 'sheet', 'text'),
        ('reject.source_row', adapter.quote('row'), 'bigint'),
        ('reject.rule', 'rule', 'text'),
        ('reject.column_name', adapter.quote('column'), 'text'),
        ('reject.message', 'message', 'text'),
        ('reject.severity', 'severity', 'text'),
        ('load_journal.original_name', 'file_name', 'text'),
        ('load_journal.municipality', 'municipality', 'text'),
        ('load_journal.municipality_id', 'municipality_id', 'text'),
        ('load_journal.region_code', 'region_code', 'text'),
    ]) }}
from reject
left join {{ ref('load_journal') }} as load_journal
    on reject.file_sha256 = load_journal.file_sha256
