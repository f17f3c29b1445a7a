-- Footnotes of the values that are there: plans that disagree, systems that changed, schools not known, and a sent note
-- for one school in ten. The words are those of schemas/catalogues/footnotes.yaml.

create temp table noted as
with place as (
    select
        indicator_code, indicator_short_title, indicator_position, year, territory_level as place_level,
        territory_id as place_id, territory_name as place_name, null::text as organisation_id,
        null::text as organisation_name, municipality, municipality_id, region, region_code, plan, plan_conflict,
        plan_document, plan_clause, system_changed, organisations_expected, organisations_unknown
    from marts.indicator_by_territory
    union all by name
    select
        indicator_code, indicator_short_title, indicator_position, year, 'organisation' as place_level,
        organisation_id as place_id, organisation_name as place_name, organisation_id, organisation_name, municipality,
        municipality_id, region, region_code, plan, plan_conflict, plan_document, plan_clause, system_changed
    from marts.indicator_by_organisation
),

said as (
    select
        place.*, 1 as kind_position, 'sent' as footnote_kind, 'Школа на капитальном ремонте' as footnote_text,
        'notes.xlsx' as file_name, sha256('notes') as file_sha256, 'Лист1' as sheet,
        row_number() over (order by indicator_code, year, place_id) + 1 as source_row
    from place
    where place_level = 'organisation' and indicator_code = 'teachers_trained' and chance(place_id || 'notes') < 0.1
    union all by name
    select
        place.*, 2 as kind_position, 'plan_conflict' as footnote_kind,
        'планы расходятся: ' || round(plan)::integer || ' (действует) — ' || plan_document || ', ' || plan_clause
            as footnote_text
    from place
    where plan_conflict
    union all by name
    select
        place.*, 3 as kind_position, 'incomplete' as footnote_kind,
        'данные неполны: организаций с данными ' || (organisations_expected - organisations_unknown) || ' из '
        || organisations_expected as footnote_text
    from place
    where organisations_unknown > 0
    union all by name
    select
        place.*, 4 as kind_position, 'system_changed' as footnote_kind,
        'ряд прерван: в прошлом году данные другой системы' as footnote_text
    from place
    where system_changed
),

ordered as (
    select
        said.*,
        row_number() over (
            partition by year, place_level, place_id order by indicator_position, indicator_code, kind_position
        ) as appearance
    from said
)

select
    ordered.*,
    min(appearance) over (partition by year, place_level, place_id, footnote_text) as first_appearance
from ordered;

insert into marts.footnote by name
with numbered as (
    select
        noted.* exclude (
            kind_position, appearance, first_appearance, plan, plan_conflict, plan_document, plan_clause,
            system_changed, organisations_expected, organisations_unknown
        ),
        dense_rank() over (partition by year, place_level, place_id order by first_appearance)::integer as note_number
    from noted
)

select
    numbered.*,
    translate(note_number::text, '0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹') as note_mark,
    getvariable('release_id') as release_id
from numbered;

create temp table marked as
select indicator_code, year, place_level, place_id, string_agg(note_mark, ' ' order by note_number) as footnote_marks
from marts.footnote
group by all;

update marts.indicator_by_territory as value set footnote_marks = marked.footnote_marks
from marked
where
    marked.indicator_code = value.indicator_code and marked.year = value.year
    and marked.place_level = value.territory_level and marked.place_id = value.territory_id;

update marts.indicator_by_organisation as value set footnote_marks = marked.footnote_marks
from marked
where
    marked.indicator_code = value.indicator_code and marked.year = value.year
    and marked.place_level = 'organisation' and marked.place_id = value.organisation_id;

drop table noted;
drop table marked;
