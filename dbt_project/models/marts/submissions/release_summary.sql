-- Grain: the release, one row, also when nothing has been loaded yet.

-- Dated by the newest day that some row in force says was measured, counted or took place: never by the end of a year
-- that a row is about as a whole.

with measured as (
    {% for kind in row_kinds().split() if fact_column(kind) | trim -%}
        select max({{ fact_column(kind) | trim }}) as day
        from {{ ref('stg_' ~ kind) }}
        {% if kind in kinds_with_span().split() -%}
            where period_end < {{ add_days(add_months('period_start', 12), -1) }}
        {%- endif %}
        union all
    {% endfor -%}
    select max(journal.period_end) as day
    from {{ ref('load_journal') }} as journal
    inner join {{ ref('int_activity_log_part') }} as part
        on
            journal.file_sha256 = part.file_sha256
            and journal.kind = 'platform_activity_person'
    where part.active_rows > 0
),

data as (
    select max(measured.day) as data_date
    from measured
),

loaded as (
    select
        count(distinct journal.file_sha256) as files_loaded,
        coalesce(sum(journal.rows_accepted), 0) as rows_accepted
    from {{ ref('load_journal') }} as journal
    where journal.outcome = 'loaded'
)

select
    {{ cast_columns([
        (release_id(), 'release_id', 'text'),
        ('data.data_date', 'data_date', 'date'),
        (built_at(), 'built_at', 'timestamp'),
        ('loaded.files_loaded', 'files_loaded', 'bigint'),
        ('loaded.rows_accepted', 'rows_accepted', 'bigint'),
    ]) }}
from data
cross join loaded
