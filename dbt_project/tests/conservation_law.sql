{{ config(severity='error', meta={'conservation': true}) }}
-- For each loaded file: rows read = accepted + rejected + held + ignored, by the journal's own numbers and by a recount
-- of the rows themselves. In a wide file a source row is one row, whatever it unfolded into; a row of the log of
-- activity, of which there are millions, never unfolds, and is counted as it is.

with accepted as (
    {% for kind in raw_kinds().split() if kind != 'platform_activity_person' -%}
        select distinct
            file_sha256,
            sheet,
            source_row
        from {{ source('raw', kind) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

rejected as (
    select distinct
        file_sha256,
        sheet,
        source_row
    from {{ source('journal', 'reject') }}
    where severity = 'error' and source_row is not null
),

held as (
    select distinct
        file_sha256,
        sheet,
        source_row
    from {{ source('journal', 'held_row') }}
    where status = 'pending'
),

-- A source row that names several organisations is held while one of them is unknown, the others loaded already.
accepted_whole as (
    select
        accepted.file_sha256,
        accepted.sheet,
        accepted.source_row
    from accepted
    left join held
        on
            accepted.file_sha256 = held.file_sha256
            and accepted.sheet = held.sheet
            and accepted.source_row = held.source_row
    where held.file_sha256 is null
),

log_row as (
    select
        file_number,
        count(*) as found
    from {{ source('bulk', 'platform_activity_person') }}
    group by file_number
),

counted as (
    select
        file_sha256,
        sum(found) as found
    from (
        select
            file_sha256,
            1 as found
        from accepted_whole
        union all
        select
            file_sha256,
            1 as found
        from rejected
        union all
        select
            file_sha256,
            1 as found
        from held
        union all
        select
            bulk_file.file_sha256,
            log_row.found
        from log_row
        inner join {{ source('bulk', 'file') }} as bulk_file
            on log_row.file_number = bulk_file.file_number
    ) as every_row
    group by file_sha256
),

-- A person's rows that were removed on request are ignored ones of which only the number is kept.
ignored as (
    select
        file_sha256,
        sum(rows) as found
    from (
        select
            file_sha256,
            rows
        from {{ source('journal', 'ignored') }}
        union all
        select
            file_sha256,
            rows
        from {{ source('journal', 'forgotten') }}
    ) as unstored
    group by file_sha256
)

select
    journal.file_sha256,
    journal.original_name,
    journal.rows_read,
    journal.rows_accepted,
    journal.rows_rejected,
    journal.rows_held,
    journal.rows_ignored,
    coalesce(counted.found, 0) + coalesce(ignored.found, 0) as rows_found
from {{ source('journal', 'load') }} as journal
left join counted
    on journal.file_sha256 = counted.file_sha256
left join ignored
    on journal.file_sha256 = ignored.file_sha256
where
    journal.outcome = 'loaded'
    and (
        journal.rows_read
        <> journal.rows_accepted + journal.rows_rejected + journal.rows_held + journal.rows_ignored
        or journal.rows_read <> coalesce(counted.found, 0) + coalesce(ignored.found, 0)
    )
