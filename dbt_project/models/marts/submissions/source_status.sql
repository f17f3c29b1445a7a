-- Grain: kind × system_code × municipality: every kind for every municipality, with each system of it that came or is
-- owed by the calendar, once without a system when there is none. Files that speak of none (a country's plan, a file
-- without a single accepted row) stand without a municipality.

with spoken_of as (
    select distinct
        subject.file_sha256,
        subject.kind,
        subject.municipality_id,
        subject.entity_id
    from {{ ref('int_file_subject') }} as subject
),

loaded as (
    select
        journal.kind,
        journal.system_code,
        spoken_of.municipality_id,
        count(distinct journal.file_sha256) as files,
        max(journal.received_at) as last_received_at,
        max(journal.period_end) as last_day,
        count(distinct spoken_of.entity_id) as organisations,
        max(journal.rows_accepted) as rows_accepted,
        max(journal.rows_held) as rows_held
    from {{ ref('load_journal') }} as journal
    left join spoken_of
        on
            journal.file_sha256 = spoken_of.file_sha256
            and journal.kind = spoken_of.kind
    where journal.outcome = 'loaded'
    group by journal.kind, journal.system_code, spoken_of.municipality_id
),

submitted as (
    select
        received.kind,
        received.system_code,
        received.municipality_id,
        {{ month_label('max(received.month)') }} as last_period
    from {{ ref('int_received') }} as received
    where received.kind in ({{ quoted_list(submitted_kinds()) }}) and received.entity_id is not null
    group by received.kind, received.system_code, received.municipality_id
),

municipality as (
    select
        place.municipality_id,
        min(place.municipality) as municipality,
        min(place.region_code) as region_code
    from {{ ref('int_municipality') }} as place
    group by place.municipality_id
),

-- Where no municipality is known yet, the advice stands without one.
place as (
    select
        municipality.municipality_id,
        municipality.municipality,
        municipality.region_code
    from municipality
    union all
    select
        null as municipality_id,
        null as municipality,
        null as region_code
    where not exists (select 1 from municipality)
),

owed as (
    select
        due.kind,
        due.system_code,
        due.municipality_id,
        sum(case when due.submission_state = 'late' then 1 else 0 end) as periods_late,
        min(case when due.submission_state = 'late' then due.due_day end) as late_since,
        -- In a file of several systems, say, whose journal row names none.
        max(case when due.last_received_period is null then 0 else 1 end) = 1 as was_received
    from {{ ref('submission_due') }} as due
    where due.municipality_id is not null
    group by due.kind, due.system_code, due.municipality_id
),

expected as (
    select
        kind.kind,
        kind.title as kind_title,
        place.municipality_id,
        place.municipality,
        place.region_code
    from {{ ref('stg_reference__kind') }} as kind
    cross join place
    union
    select
        kind.kind,
        kind.title as kind_title,
        null as municipality_id,
        null as municipality,
        null as region_code
    from loaded
    inner join {{ ref('stg_reference__kind') }} as kind
        on loaded.kind = kind.kind
    where loaded.municipality_id is null
),

-- What neither came nor is late needs no row of its system.
series as (
    select
        loaded.kind,
        loaded.system_code,
        loaded.municipality_id
    from loaded
    union
    select
        owed.kind,
        owed.system_code,
        owed.municipality_id
    from owed
    where owed.periods_late > 0
),

-- A file that the program could not take is waited for, not asked for again.
failed as (
    select distinct journal.kind
    from {{ ref('load_journal') }} as journal
    where journal.outcome = 'failed'
),

status as (
    select
        expected.*,
        failed.kind is not null as has_failed,
        series.system_code,
        coalesce(loaded.files, 0) as files,
        coalesce(submitted.last_period, {{ month_label('loaded.last_day') }}) as last_period,
        loaded.last_received_at,
        coalesce(loaded.organisations, 0) as organisations_reported,
        coalesce(loaded.rows_accepted, 0) > 0 or coalesce(owed.was_received, false) as is_loaded,
        coalesce(loaded.rows_held, 0) > 0 as is_held,
        coalesce(owed.periods_late, 0) as periods_late,
        owed.late_since
    from expected
    left join series
        on
            expected.kind = series.kind
            and coalesce(expected.municipality_id, '-') = coalesce(series.municipality_id, '-')
    left join loaded
        on
            series.kind = loaded.kind
            and coalesce(series.system_code, '-') = coalesce(loaded.system_code, '-')
            and coalesce(series.municipality_id, '-') = coalesce(loaded.municipality_id, '-')
    left join owed
        on
            series.kind = owed.kind
            and coalesce(series.system_code, '-') = coalesce(owed.system_code, '-')
            and series.municipality_id = owed.municipality_id
    left join submitted
        on
            loaded.kind = submitted.kind
            and coalesce(loaded.system_code, '-') = submitted.system_code
            and loaded.municipality_id = submitted.municipality_id
    left join failed
        on expected.kind = failed.kind
)

select
    {{ cast_columns([
        ('status.kind', 'kind', 'text'),
        ('status.kind_title', 'kind_title', 'text'),
        ('status.system_code', 'system_code', 'text'),
        ('catalogue.short_title', 'system_title', 'text'),
        ('status.municipality', 'municipality', 'text'),
        ('status.municipality_id', 'municipality_id', 'text'),
        ('region.name', 'region', 'text'),
        ('status.region_code', 'region_code', 'text'),
        ('status.files', 'files', 'bigint'),
        ('status.last_period', 'last_period', 'text'),
        ('status.last_received_at', 'last_received_at', 'timestamp'),
        ('status.organisations_reported', 'organisations_reported', 'bigint'),
        ('status.is_loaded', 'is_loaded', 'boolean'),
        ('status.periods_late', 'periods_late', 'bigint'),
        ('status.late_since', 'late_since', 'date'),
    ]) }},
    cast(
        case
            when status.is_loaded then null
            when status.files = 0 and status.has_failed
                then 'Файл не обработан из-за ошибки программы: сообщите разработчикам, он ждёт новой версии'
            when status.files = 0
                then {{ dbt.concat([
                    "'Нет данных: загрузите «'", 'status.kind_title',
                    "'» — vitrina add ФАЙЛ; образец файла в docs/vygruzki.md'"
                ]) }}
            when status.is_held then 'Строки ждут решения, чьи они: vitrina match list'
            else 'Ни одна строка не принята: исправьте файл по протоколу ФЛК и загрузите снова'
        end as {{ dbt.type_string() }}
    ) as advice
from status
left join {{ ref('stg_reference__system') }} as catalogue
    on status.system_code = catalogue.system_code
left join {{ ref('stg_reference__region') }} as region
    on status.region_code = region.region_code
