-- Grain: indicator_code × year × place_level × place_id × note_number. A number names one text in all tables of a place
-- and year: the one numbering that commands, dashboards and documents show.

{% set key = ['indicator_code', 'year', 'place_level', 'place_id'] -%}
{% set marts = (('indicator_by_territory', 'territory_level', 'territory_id'),
    ('indicator_by_organisation', "'organisation'", 'organisation_id')) -%}
{% set no_source = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with words as (
    select *
    from {{ source('reference', 'footnote_kind') }}
),

-- Of the values only those with something to say.
value as (
    {% for mart, level, place_id in marts -%}
        {%- set place = loop.index0 -%}
        select *
        from (
            select
                indicator_code,
                year,
                {{ level }} as place_level,
                {{ place_id }} as place_id
                {%- for name, of_territory, of_organisation in columns_of_values() %},
                {{ (of_territory, of_organisation)[place] }} as {{ name }}
                {%- endfor %}
            from {{ ref(mart) }}
        ) as value
        where
            {% for one in footnotes_of_values() -%}
                {{ one.stands }}
                {% if not loop.last %}or {% endif %}
            {%- endfor %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

conflict as (
    select
        candidate.indicator_code,
        candidate.year,
        candidate.place_level,
        candidate.place_id,
        {{ ordered_text_list(
            dbt.concat([
                plain_number('candidate.plan'),
                "case when candidate.row_id = choice.row_id then ' (действует)' else '' end", "' — '",
                'candidate.document', "coalesce(" ~ dbt.concat(["', '", 'candidate.clause']) ~ ", '')",
            ]),
            'candidate.plan_order'
        ) }} as plans
    from {{ ref('int_plan_candidate') }} as candidate
    inner join {{ ref('int_plan_choice') }} as choice
        on
            {% for column in key -%}
                candidate.{{ column }} = choice.{{ column }}
                {% if not loop.last %}and {% endif %}
            {%- endfor %}
    where choice.plan_conflict
    group by candidate.indicator_code, candidate.year, candidate.place_level, candidate.place_id
),

note as (
    select
        note.*,
        case note.level
            when 'organisation' then coalesce(note.entity_id, note.organisation_id)
            when 'municipality'
                then coalesce(municipality.municipality_id, note.municipality_key, note.territory_key)
            when 'region' then coalesce(note.region_code, note.territory_key)
            else 'RU'
        end as place_id
    from {{ ref('stg_note') }} as note
    left join {{ ref('int_municipality') }} as municipality
        on coalesce(note.municipality_key, note.territory_key) = municipality.municipality_key
),

said as (
    {% for one in footnotes_of_values() -%}
        select
            value.indicator_code,
            value.year,
            value.place_level,
            value.place_id,
            words.position as kind_position,
            words.footnote_kind,
            cast(null as {{ dbt.type_string() }}) as number,
            {{ footnote_text('words', one.words) }} as footnote_text,
            {{ no_source }} as file_sha256,
            {{ no_source }} as sheet,
            cast(null as bigint) as source_row
        from value
        inner join words
            on words.footnote_kind = '{{ one.kind }}'
        left join {{ source('reference', 'system') }} as system
            on value.source_system = system.system_code
        where {{ one.stands }}
        union all
    {% endfor -%}
    select
        conflict.indicator_code,
        conflict.year,
        conflict.place_level,
        conflict.place_id,
        words.position as kind_position,
        words.footnote_kind,
        {{ no_source }} as number,
        {{ footnote_text('words', {'plans': 'conflict.plans'}) }} as footnote_text,
        {{ no_source }} as file_sha256,
        {{ no_source }} as sheet,
        cast(null as bigint) as source_row
    from conflict
    inner join words
        on words.footnote_kind = 'plan_conflict'
    union all
    select
        reported.indicator_code,
        reported.year,
        reported.level as place_level,
        reported.place_id,
        words.position as kind_position,
        words.footnote_kind,
        {{ no_source }} as number,
        {{ footnote_text('words', {'written': 'reported.reported_text'}) }} as footnote_text,
        {{ no_source }} as file_sha256,
        {{ no_source }} as sheet,
        cast(null as bigint) as source_row
    from {{ ref('int_reported') }} as reported
    inner join words
        on words.footnote_kind = {{ dbt.concat(["'published_'", 'reported.reported_kind']) }}
    union all
    -- A note without years is of every year that the place has a value of.
    select
        place.indicator_code,
        place.year,
        place.place_level,
        place.place_id,
        words.position as kind_position,
        words.footnote_kind,
        note.number,
        {{ dbt.concat([
            footnote_text('words', {'text': 'note.note_text'}),
            "coalesce(" ~ dbt.concat(["' ('", 'note.document', "')'"]) ~ ", '')",
        ]) }} as footnote_text,
        note.file_sha256,
        note.sheet,
        note.source_row
    from note
    inner join {{ ref('int_indicator_place') }} as place
        on
            note.indicator_code = place.indicator_code
            and note.level = place.place_level
            and note.place_id = place.place_id
            and place.year >= coalesce(note.first_year, place.year)
            and place.year <= coalesce(note.last_year, place.year)
    inner join words
        on words.footnote_kind = 'sent'
),

placed as (
    select
        said.*,
        coalesce(territory.indicator_short_title, organisation.indicator_short_title) as indicator_short_title,
        coalesce(territory.indicator_position, organisation.indicator_position) as indicator_position,
        coalesce(territory.territory_name, organisation.organisation_name) as place_name,
        organisation.organisation_id,
        organisation.organisation_name,
        coalesce(territory.municipality, organisation.municipality) as municipality,
        coalesce(territory.municipality_id, organisation.municipality_id) as municipality_id,
        coalesce(territory.region, organisation.region) as region,
        coalesce(territory.region_code, organisation.region_code) as region_code
    from said
    left join {{ ref('indicator_by_territory') }} as territory
        on
            said.indicator_code = territory.indicator_code
            and said.year = territory.year
            and said.place_level = territory.territory_level
            and said.place_id = territory.territory_id
    left join {{ ref('indicator_by_organisation') }} as organisation
        on
            said.indicator_code = organisation.indicator_code
            and said.year = organisation.year
            and said.place_level = 'organisation'
            and said.place_id = organisation.organisation_id
),

-- The order of the table, then of the kinds, then of the sender's numbers. One text of a value said twice is one note.
ordered as (
    select
        placed.*,
        row_number() over (
            partition by placed.year, placed.place_level, placed.place_id
            order by
                placed.indicator_position asc, placed.indicator_code asc, placed.kind_position asc,
                coalesce(placed.number, '') asc, placed.footnote_text asc, placed.file_sha256 asc, placed.sheet asc,
                placed.source_row asc
        ) as appearance
    from placed
    where placed.indicator_position is not null
),

first_of_text as (
    select
        ordered.*,
        min(ordered.appearance) over (
            partition by ordered.year, ordered.place_level, ordered.place_id, ordered.footnote_text
        ) as first_appearance,
        row_number() over (
            partition by
                ordered.indicator_code, ordered.year, ordered.place_level, ordered.place_id, ordered.footnote_text
            order by ordered.appearance asc
        ) as repetition
    from ordered
),

numbered as (
    select
        first_of_text.*,
        dense_rank() over (
            partition by first_of_text.year, first_of_text.place_level, first_of_text.place_id
            order by first_of_text.first_appearance asc
        ) as note_number
    from first_of_text
    where first_of_text.repetition = 1
)

select
    {{ cast_columns([
        ('numbered.indicator_code', 'indicator_code', 'text'),
        ('numbered.indicator_short_title', 'indicator_short_title', 'text'),
        ('numbered.indicator_position', 'indicator_position', 'integer'),
        ('numbered.year', 'year', 'integer'),
        ('numbered.place_level', 'place_level', 'text'),
        ('numbered.place_id', 'place_id', 'text'),
        ('numbered.place_name', 'place_name', 'text'),
        ('numbered.organisation_id', 'organisation_id', 'text'),
        ('numbered.organisation_name', 'organisation_name', 'text'),
        ('numbered.municipality', 'municipality', 'text'),
        ('numbered.municipality_id', 'municipality_id', 'text'),
        ('numbered.region', 'region', 'text'),
        ('numbered.region_code', 'region_code', 'text'),
        ('numbered.note_number', 'note_number', 'integer'),
        ("translate(cast(numbered.note_number as " ~ dbt.type_string() ~ "), '0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹')",
            'note_mark', 'text'),
        ('numbered.footnote_kind', 'footnote_kind', 'text'),
        ('numbered.footnote_text', 'footnote_text', 'text'),
        ('journal.original_name', 'file_name', 'text'),
    ]) }},
    {{ source_row_columns('numbered') }},
    {{ release_id() }} as release_id
from numbered
left join {{ ref('load_journal') }} as journal
    on
        numbered.file_sha256 = journal.file_sha256
        and journal.kind = 'note'
