-- Grain: indicator_code × year × place_level × place_id × note_number. A number names one text in all tables of a place
-- and year: the one numbering that commands, dashboards and documents show.

{# What the product knows of a value by itself: the kind (schemas/catalogues/footnotes.yaml), the condition on a `value`
   with which it stands, and what its words are. A new one is an entry here, its words in the catalogue, and its columns
   in `value`. -#}
{% set derived = (
    ('proxy', 'value.is_proxy',
        {'system': "coalesce(system_list.titles, value.system_code, 'другая система или дата')"}),
    ('incomplete', 'value.is_incomplete', {
        'known': 'cast(value.organisations_known as ' ~ dbt.type_string() ~ ')',
        'expected': 'cast(value.organisations_total as ' ~ dbt.type_string() ~ ')',
        'reason': "coalesce(" ~ dbt.concat(["'; '", 'value.coverage_reason']) ~ ", '')",
        'interval': "coalesce(" ~ dbt.concat([
            "'; по всем организациям от '", plain_number('value.value_low'),
            "coalesce(" ~ dbt.concat(["' до '", plain_number('value.value_high')]) ~ ", '')",
        ]) ~ ", '')",
    }),
    ('part_of_territory', 'value.is_part', {
        'parts': dbt.concat([
            counted('value.municipalities_reporting', 'муниципалитет', 'муниципалитета', 'муниципалитетов'),
            "coalesce(" ~ dbt.concat(
                ["' из '", 'cast(value.municipalities_total as ' ~ dbt.type_string() ~ ')']
            ) ~ ", '')",
            "coalesce(" ~ dbt.concat([
                "', '", counted('value.regions_reporting', 'субъект', 'субъекта', 'субъектов'),
                "' из '", 'cast(value.regions_total as ' ~ dbt.type_string() ~ ')',
            ]) ~ ", '')",
        ]),
    }),
    ('undecided', 'value.organisations_undecided > 0',
        {'organisations': 'cast(value.organisations_undecided as ' ~ dbt.type_string() ~ ')'}),
    ('organisation_undecided', 'value.is_undecided', {}),
    ('break_entered', "value.series_break_kind = 'entered'", {'comparison': 'value.comparison'}),
    ('break_left', "value.series_break_kind = 'left'", {'comparison': 'value.comparison'}),
    ('break_source', "value.series_break_kind = 'source'", {'previous_year': 'value.previous_year'}),
    ('break_passport', "value.series_break_kind = 'passport'", {'previous_year': 'value.previous_year'}),
    ('break_denominator', "value.series_break_kind = 'denominator'", {'previous_year': 'value.previous_year'}),
    ('system_changed', 'value.system_changed and value.series_break_kind is null', {}),
) -%}
{% set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with words as (
    select *
    from {{ ref('stg_reference__footnote_kind') }}
),

-- Values of which there is something to say: what the product knows by itself.
value as (
    select
        territory.indicator_code,
        territory.year,
        territory.territory_level as place_level,
        territory.territory_id as place_id,
        territory.is_proxy,
        territory.system_code,
        territory.organisations_undecided,
        false as is_undecided,
        changed.year is not null as system_changed,
        coalesce(
            coverage.value_low <> coalesce(coverage.value_high, coverage.value_low + 1)
            and (coverage.is_whole or territory.organisations_unknown > 0),
            false
        ) as is_incomplete,
        territory.organisations_total - territory.organisations_unknown as organisations_known,
        territory.organisations_total,
        reason.coverage_reason,
        -- Of a part of a territory only what the indicator allows at all is sure: that is no news.
        case when coverage.is_whole then {{ round_half_up('coverage.value_low', 'territory.precision_digits') }} end
            as value_low,
        case when coverage.is_whole then {{ round_half_up('coverage.value_high', 'territory.precision_digits') }} end
            as value_high,
        coalesce(not coverage.is_whole and territory.municipalities_reporting > 0, false) as is_part,
        territory.municipalities_reporting,
        coverage.municipalities_total,
        territory.regions_reporting,
        coverage.regions_total,
        broken.series_break_kind,
        cast(broken.previous_year as {{ dbt.type_string() }}) as previous_year,
        coalesce(
            {{ dbt.concat([
                "'по общим с '", 'cast(broken.previous_year as ' ~ dbt.type_string() ~ ')', "' годом: '",
                plain_number(round_half_up('broken.value_common_previous', 'broken.precision_digits')), "' → '",
                plain_number(round_half_up('broken.value_common', 'broken.precision_digits')),
            ]) }},
            {{ dbt.concat([
                "'общих организаций с '", 'cast(broken.previous_year as ' ~ dbt.type_string() ~ ')',
                "' годом нет, сравнивать не с чем'",
            ]) }}
        ) as comparison
    from {{ ref('int_indicator_territory') }} as territory
    left join {{ ref('int_indicator_coverage') }} as coverage
        on
            territory.indicator_code = coverage.indicator_code
            and territory.year = coverage.year
            and territory.territory_level = coverage.territory_level
            and territory.territory_id = coverage.territory_id
    left join {{ ref('int_coverage_text') }} as reason
        on
            territory.indicator_code = reason.indicator_code
            and territory.year = reason.year
            and territory.territory_level = 'municipality'
            and territory.territory_id = reason.municipality_id
    left join ({{ years_of_system_change('int_indicator_territory', 'territory_id') }}) as changed
        on
            territory.indicator_code = changed.indicator_code
            and territory.year = changed.year
            and territory.territory_id = changed.territory_id
    left join {{ ref('int_series_change') }} as broken
        on
            territory.indicator_code = broken.indicator_code
            and territory.year = broken.year
            and territory.territory_id = broken.territory_id
            and broken.series_break
    union all
    select
        organisation.indicator_code,
        organisation.year,
        'organisation' as place_level,
        organisation.organisation_id as place_id,
        organisation.is_proxy,
        organisation.system_code,
        cast(0 as bigint) as organisations_undecided,
        organisation.is_undecided,
        changed.year is not null as system_changed,
        false as is_incomplete,
        cast(null as bigint) as organisations_known,
        cast(null as bigint) as organisations_total,
        {{ no_text }} as coverage_reason,
        cast(null as decimal(18, 6)) as value_low,
        cast(null as decimal(18, 6)) as value_high,
        false as is_part,
        cast(null as bigint) as municipalities_reporting,
        cast(null as bigint) as municipalities_total,
        cast(null as bigint) as regions_reporting,
        cast(null as bigint) as regions_total,
        {{ no_text }} as series_break_kind,
        {{ no_text }} as previous_year,
        {{ no_text }} as comparison
    from {{ ref('int_indicator_organisation') }} as organisation
    left join ({{ years_of_system_change('int_indicator_organisation', 'organisation_id') }}) as changed
        on
            organisation.indicator_code = changed.indicator_code
            and organisation.year = changed.year
            and organisation.organisation_id = changed.organisation_id
    where organisation.is_proxy or organisation.is_undecided or changed.year is not null
),

-- A territory's value may come of several systems: «my_school, sferum».
system_list as (
    select
        listed.system_code,
        {{ text_list('system.short_title') }} as titles
    from (
        select distinct value.system_code
        from value
        where value.is_proxy
    ) as listed
    inner join {{ ref('stg_reference__system') }} as system
        on
            {{ dbt.concat(["', '", 'listed.system_code', "', '"]) }}
            like {{ dbt.concat(["'%, '", 'system.system_code', "', %'"]) }}
    group by listed.system_code
),

conflict as (
    select
        applicable.indicator_code,
        applicable.year,
        applicable.place_level,
        applicable.place_id,
        {{ text_list_by(
            dbt.concat([
                plain_number('applicable.plan'),
                "case when applicable.row_id = choice.row_id then ' (действует)' else '' end", "' — '",
                'applicable.document', "coalesce(" ~ dbt.concat(["', '", 'applicable.clause']) ~ ", '')",
            ]),
            'applicable.plan_order',
            "'; '"
        ) }} as plans
    from {{ ref('int_plan_applicable') }} as applicable
    inner join {{ ref('int_plan_choice') }} as choice
        on
            applicable.indicator_code = choice.indicator_code
            and applicable.year = choice.year
            and applicable.place_level = choice.place_level
            and applicable.place_id = choice.place_id
    where choice.plan_conflict
    group by applicable.indicator_code, applicable.year, applicable.place_level, applicable.place_id
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
    {% for kind, stands, kind_words in derived -%}
        select
            value.indicator_code,
            value.year,
            value.place_level,
            value.place_id,
            '{{ kind }}' as footnote_kind,
            {{ no_text }} as number,
            {{ footnote_text('words', kind_words) }} as footnote_text,
            {{ no_text }} as file_sha256,
            {{ no_text }} as sheet,
            cast(null as bigint) as source_row
        from value
        inner join words
            on words.footnote_kind = '{{ kind }}'
        {% if 'system' in kind_words -%}
            left join system_list
                on value.system_code = system_list.system_code
        {% endif -%}
        where {{ stands }}
        union all
    {% endfor -%}
    select
        conflict.indicator_code,
        conflict.year,
        conflict.place_level,
        conflict.place_id,
        words.footnote_kind,
        {{ no_text }} as number,
        {{ footnote_text('words', {'plans': 'conflict.plans'}) }} as footnote_text,
        {{ no_text }} as file_sha256,
        {{ no_text }} as sheet,
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
        words.footnote_kind,
        {{ no_text }} as number,
        {{ footnote_text('words', {'written': 'reported.reported_text'}) }} as footnote_text,
        {{ no_text }} as file_sha256,
        {{ no_text }} as sheet,
        cast(null as bigint) as source_row
    from {{ ref('int_reported') }} as reported
    inner join words
        on words.footnote_kind = {{ dbt.concat(["'published_'", 'reported.reported_kind']) }}
    union all
    -- A note without years is of every year that the place has a row of.
    select
        place.indicator_code,
        place.year,
        place.place_level,
        place.place_id,
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

passport as (
    select
        indicator_code,
        min(position) as position
    from {{ ref('stg_reference__indicator_passport') }}
    group by indicator_code
),

-- The order of a table, then of the kinds, then of the sender's numbers.
ordered as (
    select
        said.*,
        row_number() over (
            partition by said.year, said.place_level, said.place_id
            order by
                passport.position asc, said.indicator_code asc, words.position asc, coalesce(said.number, '') asc,
                said.footnote_text asc, said.file_sha256 asc, said.sheet asc, said.source_row asc
        ) as appearance
    from said
    inner join passport
        on said.indicator_code = passport.indicator_code
    inner join words
        on said.footnote_kind = words.footnote_kind
),

-- One text of a value said twice is one footnote.
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
    numbered.indicator_code,
    numbered.year,
    numbered.place_level,
    numbered.place_id,
    numbered.note_number,
    translate(cast(numbered.note_number as {{ dbt.type_string() }}), '0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹') as note_mark,
    numbered.footnote_kind,
    numbered.footnote_text,
    numbered.file_sha256,
    numbered.sheet,
    numbered.source_row
from numbered
