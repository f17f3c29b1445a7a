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
        (relation ~ '.locality_type', 'locality_type', 'text'),
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

{# What documents publish as the fact, beside what is computed. #}
{% macro reported_columns(reported) -%}
    {{ cast_columns([
        (reported ~ '.reported', 'reported', 'decimal(18, 6)'),
        (reported ~ '.reported_text', 'reported_text', 'text'),
        (reported ~ '.reported_document', 'reported_document', 'text'),
        (reported ~ '.reported_clause', 'reported_clause', 'text'),
    ]) }}
{%- endmacro %}

{# Whether a series comes from another system than in the last year that had a value: it is not to be read across. #}
{% macro system_changed(relation, series) -%}
    coalesce(
        {{ relation }}.system_code <> lag({{ relation }}.system_code) over (
            partition by
                {%- for column in series %} {{ relation }}.{{ column }},{% endfor %}
                case when {{ relation }}.system_code is null then 0 else 1 end
            order by {{ relation }}.year asc
        ),
        false
    )
{%- endmacro %}

{# Where a value comes from, as of when, and the release it is published in. #}
{% macro source_columns(relation) -%}
    {{ cast_columns([
        (relation ~ '.is_proxy', 'is_proxy', 'boolean'),
        (relation ~ '.system_code', 'source_system', 'text'),
        (relation ~ '.system_changed', 'system_changed', 'boolean'),
        (relation ~ '.as_of_date', 'as_of_date', 'date'),
        (release_id(), 'release_id', 'text'),
    ]) }}
{%- endmacro %}

{# What an observation is worth, by the codes of SDMX (code list CL_OBS_STATUS); the heaviest reservation stands. #}
{% macro observation_status_column(relation, is_covered, year_kind, is_break) -%}
    {% set period_end -%}
        case {{ year_kind }}
            when 'school' then {{ school_year_end(relation ~ '.year') }} else {{ year_end(relation ~ '.year') }}
        end
    {%- endset %}
    {{ cast_columns([(
        "case when " ~ relation ~ ".value is null then 'O' when not coalesce(" ~ is_covered ~ ", false) then 'U'"
        ~ " when " ~ is_break ~ " then 'B' when " ~ relation ~ ".is_proxy then 'E'"
        ~ " when " ~ period_end ~ " >= " ~ today() ~ " then 'P' else 'A' end",
        'observation_status', 'text',
    )]) }}
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
    cast('{{ build_parameter("RELEASE_ID") | trim }}' as {{ dbt.type_string() }})
{%- endmacro %}

{# Digest of the code that decides the figures: another one than the former release's explains a change without rows. #}
{% macro code_digest() -%}
    '{{ build_parameter("CODE_DIGEST") | trim }}'
{%- endmacro %}

{# When the build began, UTC as everywhere in the warehouse. #}
{% macro built_at() -%}
    cast('{{ (run_started_at | string)[:19] }}' as timestamp)
{%- endmacro %}

{# Where a row of a kind with levels stands: its organisation, else its municipality. `home` and `territory` are joined. #}
{% macro level_place_columns(relation) -%}
    {{ cast_columns([
        (relation ~ '.level', 'level', 'text'),
        (relation ~ '.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('coalesce(home.municipality, territory.municipality, ' ~ relation ~ '.municipality)', 'municipality', 'text'),
        (
            'coalesce(home.municipality_id, territory.municipality_id, ' ~ relation ~ '.municipality_key)',
            'municipality_id', 'text',
        ),
        ('coalesce(home.region_code, ' ~ relation ~ '.region_code)', 'region_code', 'text'),
    ]) }}
{%- endmacro %}

{% macro level_place_joins(relation) -%}
    left join {{ ref('int_organisation_home') }} as home
        on {{ relation }}.organisation_id = home.organisation_id
    left join {{ ref('int_municipality') }} as territory
        on {{ relation }}.municipality_key = territory.municipality_key
{%- endmacro %}

{# The source row of a mart row that stands for exactly one. #}
{% macro source_row_columns(relation) -%}
    {{ cast_columns([
        (relation ~ '.file_sha256', 'file_sha256', 'text'),
        (relation ~ '.sheet', 'sheet', 'text'),
        (relation ~ '.source_row', 'source_row', 'bigint'),
    ]) }}
{%- endmacro %}
