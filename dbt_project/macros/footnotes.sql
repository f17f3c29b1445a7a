{# The text of a kind of footnote with its {words} filled in. #}
{% macro footnote_text(kind, words) -%}
    {%- set filled = namespace(text=kind ~ '.text') -%}
    {%- for word, expression in words.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ word ~ "}', " ~ expression ~ ")" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}

{# Years in which a series has another system than in the last one with a value: only series of several are sorted. #}
{% macro years_of_system_change(relation, place_id) -%}
    select
        series.indicator_code,
        series.year,
        series.{{ place_id }}
    from (
        select
            several.*,
            {{ system_changed('several', ['indicator_code', place_id]) }} as system_changed
        from {{ ref(relation) }} as several
        inner join (
            select
                indicator_code,
                {{ place_id }}
            from {{ ref(relation) }}
            group by indicator_code, {{ place_id }}
            having min(system_code) <> max(system_code)
        ) as changing
            on
                several.indicator_code = changing.indicator_code
                and several.{{ place_id }} = changing.{{ place_id }}
    ) as series
    where series.system_changed
{%- endmacro %}

{# The marks of a value's footnotes («¹ ²»), for a mart of indicators to join. #}
{% macro footnote_marks(level_condition) -%}
    (
        select
            note.indicator_code,
            note.year,
            note.place_id,
            {{ text_list_by('note.note_mark', 'note.note_number', "' '") }} as footnote_marks
        from {{ ref('int_footnote') }} as note
        where {{ level_condition }}
        group by note.indicator_code, note.year, note.place_id
    )
{%- endmacro %}

{# A number and its noun: 1 школа, 2 школы, 5 школ. #}
{% macro counted(number, one, few, many) -%}
    {{ dbt.concat([
        'cast(' ~ number ~ ' as ' ~ dbt.type_string() ~ ')',
        "case when " ~ number ~ " % 10 = 1 and " ~ number ~ " % 100 <> 11 then ' " ~ one ~ "' when " ~ number
        ~ " % 10 between 2 and 4 and not " ~ number ~ " % 100 between 12 and 14 then ' " ~ few ~ "' else ' " ~ many
        ~ "' end",
    ]) }}
{%- endmacro %}

{# A decimal as people write it: no zeros at its end, a comma. #}
{% macro plain_number(value) -%}
    replace(
        trim(trailing '.' from trim(trailing '0' from cast(cast({{ value }} as decimal(18, 6)) as {{ dbt.type_string() }}))),
        '.', ','
    )
{%- endmacro %}
