-- Grain: kind × system_code: every kind the warehouse knows, once without a system when no file of it was loaded.

with loaded as (
    select
        journal.kind,
        journal.system_code,
        count(*) as files,
        max(journal.received_at) as last_received_at,
        max(journal.period_end) as last_day,
        sum(journal.rows_accepted) as rows_accepted,
        sum(journal.rows_rejected) as rows_rejected,
        sum(journal.rows_held) as rows_held
    from {{ ref('load_journal') }} as journal
    where journal.outcome = 'loaded'
    group by journal.kind, journal.system_code
),

reporting as (
    select
        journal.kind,
        journal.system_code,
        count(distinct subject.entity_id) as organisations
    from {{ ref('int_file_subject') }} as subject
    inner join {{ ref('load_journal') }} as journal
        on subject.file_sha256 = journal.file_sha256
    group by journal.kind, journal.system_code
),

submitted as (
    select
        submission.kind,
        submission.system_code,
        max(submission.period) as last_period
    from {{ ref('int_submission') }} as submission
    group by submission.kind, submission.system_code
),

status as (
    select
        kind.kind,
        kind.title as kind_title,
        loaded.system_code,
        coalesce(loaded.files, 0) as files,
        coalesce(submitted.last_period, {{ month_label('loaded.last_day') }}) as last_period,
        loaded.last_received_at,
        coalesce(loaded.rows_accepted, 0) as rows_accepted,
        coalesce(loaded.rows_rejected, 0) as rows_rejected,
        coalesce(loaded.rows_held, 0) as rows_held,
        coalesce(reporting.organisations, 0) as organisations_reported
    from {{ source('reference', 'kind') }} as kind
    left join loaded
        on kind.kind = loaded.kind
    left join reporting
        on
            loaded.kind = reporting.kind
            and coalesce(loaded.system_code, '-') = coalesce(reporting.system_code, '-')
    left join submitted
        on
            loaded.kind = submitted.kind
            and coalesce(loaded.system_code, '-') = submitted.system_code
)

select
    {{ cast_columns([
        ('status.kind', 'kind', 'text'),
        ('status.kind_title', 'kind_title', 'text'),
        ('status.system_code', 'system_code', 'text'),
        ('catalogue.short_title', 'system_title', 'text'),
        ('status.files', 'files', 'bigint'),
        ('status.last_period', 'last_period', 'text'),
        ('status.last_received_at', 'last_received_at', 'timestamp'),
        ('status.rows_accepted', 'rows_accepted', 'bigint'),
        ('status.rows_rejected', 'rows_rejected', 'bigint'),
        ('status.rows_held', 'rows_held', 'bigint'),
        ('status.organisations_reported', 'organisations_reported', 'bigint'),
        ('status.rows_accepted > 0', 'is_loaded', 'boolean'),
    ]) }},
    cast(
        case
            when status.rows_accepted > 0 then null
            when status.files = 0
                then {{ dbt.concat([
                    "'Нет данных: загрузите «'", 'status.kind_title',
                    "'» — vitrina add ФАЙЛ; образец файла в docs/vygruzki.md'"
                ]) }}
            when status.rows_held > 0 then 'Строки ждут решения, чьи они: vitrina match list'
            else 'Ни одна строка не принята: исправьте файл по протоколу ФЛК и загрузите снова'
        end as {{ dbt.type_string() }}
    ) as advice
from status
left join {{ source('reference', 'system') }} as catalogue
    on status.system_code = catalogue.system_code
