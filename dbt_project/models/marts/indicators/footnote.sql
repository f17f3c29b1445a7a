-- Grain: indicator_code × year × place_level × place_id × note_number.

with place as (
    select
        indicator_code,
        year,
        territory_level as place_level,
        territory_id as place_id,
        indicator_short_title,
        indicator_position,
        territory_name as place_name,
        cast(null as {{ dbt.type_string() }}) as organisation_id,
        cast(null as {{ dbt.type_string() }}) as organisation_name,
        municipality,
        municipality_id,
        region,
        region_code
    from {{ ref('indicator_by_territory') }}
    where footnote_marks is not null
    union all
    select
        indicator_code,
        year,
        'organisation' as place_level,
        organisation_id as place_id,
        indicator_short_title,
        indicator_position,
        organisation_name as place_name,
        organisation_id,
        organisation_name,
        municipality,
        municipality_id,
        region,
        region_code
    from {{ ref('indicator_by_organisation') }}
    where footnote_marks is not null
)

select
    {{ cast_columns([
        ('note.indicator_code', 'indicator_code', 'text'),
        ('place.indicator_short_title', 'indicator_short_title', 'text'),
        ('place.indicator_position', 'indicator_position', 'integer'),
        ('note.year', 'year', 'integer'),
        ('note.place_level', 'place_level', 'text'),
        ('note.place_id', 'place_id', 'text'),
        ('place.place_name', 'place_name', 'text'),
        ('place.organisation_id', 'organisation_id', 'text'),
        ('place.organisation_name', 'organisation_name', 'text'),
        ('place.municipality', 'municipality', 'text'),
        ('place.municipality_id', 'municipality_id', 'text'),
        ('place.region', 'region', 'text'),
        ('place.region_code', 'region_code', 'text'),
        ('note.note_number', 'note_number', 'integer'),
        ('note.note_mark', 'note_mark', 'text'),
        ('note.footnote_kind', 'footnote_kind', 'text'),
        ('note.footnote_text', 'footnote_text', 'text'),
        ('journal.original_name', 'file_name', 'text'),
    ]) }},
    {{ source_row_columns('note') }},
    {{ release_id() }} as release_id
from {{ ref('int_footnote') }} as note
inner join place
    on
        note.indicator_code = place.indicator_code
        and note.year = place.year
        and note.place_level = place.place_level
        and note.place_id = place.place_id
left join {{ ref('load_journal') }} as journal
    on
        note.file_sha256 = journal.file_sha256
        and journal.kind = 'note'
