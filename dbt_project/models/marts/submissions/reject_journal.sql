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
    from {{ ref('stg_journal__reject') }} as journal
    group by journal.file_sha256, journal.sheet, journal.source_row, journal.column_name, journal.rule
),

-- A remark knows its sheet and not its kind: its file is of one municipality when all kinds in it are.
file as (
    select
        journal.file_sha256,
        min(journal.original_name) as original_name,
        {% for column, told_by in (
            ('municipality', 'municipality_id'), ('municipality_id', 'municipality_id'), ('region_code', 'region_code')
        ) -%}
            case
                when count(distinct home.{{ told_by }}) = 1 and count(home.{{ told_by }}) = count(home.kind)
                    then max(home.{{ column }})
            end as {{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('load_journal') }} as journal
    left join {{ ref('int_file_municipality') }} as home
        on
            journal.file_sha256 = home.file_sha256
            and journal.kind = home.kind
    group by journal.file_sha256
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
        ('file.original_name', 'file_name', 'text'),
        ('file.municipality', 'municipality', 'text'),
        ('file.municipality_id', 'municipality_id', 'text'),
        ('file.region_code', 'region_code', 'text'),
    ]) }}
from reject
left join file
    on reject.file_sha256 = file.file_sha256
