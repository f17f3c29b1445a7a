{# Casts shared by the marts: a column's type stands once. `columns` are (expression, name, type) triples. #}
{% macro cast_columns(columns) -%}
    {% for expression, name, data_type in columns -%}
        cast({{ expression }} as {{ dbt.type_string() if data_type == 'text' else data_type }}) as {{ name }}
        {%- if not loop.last %},
    {% endif %}
    {%- endfor %}
{%- endmacro %}

{# The territory of an organisation, which every mart with organisation_id carries for filters and row-level rights. #}
{% macro place_columns(relation) -%}
    {{ cast_columns([
        (relation ~ '.organisation_name', 'organisation_name', 'text'),
        (relation ~ '.organisation_type', 'organisation_type', 'text'),
        (relation ~ '.inn', 'inn', 'text'),
        (relation ~ '.municipality', 'municipality', 'text'),
        (relation ~ '.municipality_oktmo', 'municipality_oktmo', 'text'),
        (relation ~ '.municipality_id', 'municipality_id', 'text'),
        (relation ~ '.region', 'region', 'text'),
        (relation ~ '.region_code', 'region_code', 'text'),
    ]) }}
{%- endmacro %}

{# What the passport says of the indicator: names long and short, place in a table, version, digits to show. #}
{% macro passport_columns(passport) -%}
    {{ cast_columns([
        (passport ~ '.title', 'indicator_title', 'text'),
        (passport ~ '.short_title', 'indicator_short_title', 'text'),
        (passport ~ '.position', 'indicator_position', 'integer'),
        (passport ~ '.version', 'indicator_version', 'integer'),
        (passport ~ '.precision_digits', 'precision_digits', 'integer'),
    ]) }}
{%- endmacro %}

{# Where a value comes from, as of when, and the release it is published in. #}
{% macro source_columns(relation) -%}
    {{ cast_columns([
        (relation ~ '.is_proxy', 'is_proxy', 'boolean'),
        (relation ~ '.system_code', 'source_system', 'text'),
        (relation ~ '.as_of_date', 'as_of_date', 'date'),
        (release_id(), 'release_id', 'text'),
    ]) }}
{%- endmacro %}

{# The plan found for a row, and what it says about the value. #}
{% macro plan_columns(plan, value) -%}
    {{ cast_columns([
        (plan ~ '.plan', 'plan', 'decimal(18, 6)'),
        (plan ~ '.plan_level', 'plan_level', 'text'),
        (plan ~ '.plan_scope', 'plan_scope', 'text'),
        (plan ~ '.plan_document', 'plan_document', 'text'),
        (plan ~ '.plan_clause', 'plan_clause', 'text'),
        ('coalesce(' ~ plan ~ '.plan_conflict, false)', 'plan_conflict', 'boolean'),
        (value ~ ' - ' ~ plan ~ '.plan', 'deviation', 'decimal(18, 6)'),
        (indicator_status(value, plan ~ '.plan', plan ~ '.different_verdicts', plan ~ '.is_reached'), 'status', 'text'),
    ]) }}
{%- endmacro %}

{% macro release_id() -%}
    cast('{{ var("release_id", "") }}' as {{ dbt.type_string() }})
{%- endmacro %}

{# When the build began, UTC as everywhere in the warehouse. #}
{% macro built_at() -%}
    cast('{{ (run_started_at | string)[:19] }}' as timestamp)
{%- endmacro %}
