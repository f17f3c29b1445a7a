-- Grain: the release, one row, also when nothing has been loaded yet.

with dated as (
    select indicator.as_of_date
    from {{ ref('indicator_by_organisation') }} as indicator
    union all
    select indicator.as_of_date
    from {{ ref('indicator_by_territory') }} as indicator
),

data as (
    select max(dated.as_of_date) as data_date
    from dated
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
