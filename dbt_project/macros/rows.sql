{# The day of a row's facts: a snapshot of 1 January is of the day before. #}
{% macro fact_day(kind) -%}
    {% if kind in snapshot_kinds().split() -%}
        {{ snapshot_day(fact_column(kind) | trim) }}
    {%- else -%}
        {{ fact_column(kind) | trim }}
    {%- endif %}
{%- endmacro %}

{# Where a row of a kind with levels stands. #}
{% macro level_columns() -%}
    cast(level as {{ dbt.type_string() }}) as level,
    cast(territory_key as {{ dbt.type_string() }}) as territory_key,
    cast(region_code as {{ dbt.type_string() }}) as region_code,
    cast(municipality_key as {{ dbt.type_string() }}) as municipality_key,
    cast(region as {{ dbt.type_string() }}) as region,
    cast(municipality as {{ dbt.type_string() }}) as municipality
{%- endmacro %}

{# Staging of a kind of published values: plans and facts have the same columns under their own prefix. #}
{% macro staged_values(kind, prefix) -%}
    with active as (
        {{ active_rows(kind) }}
    )

    select
        {{ provenance() }},
        cast(indicator_code as {{ dbt.type_string() }}) as indicator_code,
        cast(year as integer) as year,
        cast({{ prefix }}_low as decimal(18, 6)) as {{ prefix }}_low,
        cast({{ prefix }}_high as decimal(18, 6)) as {{ prefix }}_high,
        cast({{ prefix }}_kind as {{ dbt.type_string() }}) as {{ prefix }}_kind,
        cast({{ prefix }}_text as {{ dbt.type_string() }}) as {{ prefix }}_text,
        cast({{ prefix }}_numerator as decimal(18, 6)) as {{ prefix }}_numerator,
        cast({{ prefix }}_denominator as decimal(18, 6)) as {{ prefix }}_denominator,
        cast(unit as {{ dbt.type_string() }}) as unit,
        cast(breakdown as {{ dbt.type_string() }}) as breakdown,
        coalesce(cast(scope as {{ dbt.type_string() }}), 'territory') as scope,
        cast(document as {{ dbt.type_string() }}) as document,
        cast(document_date as date) as document_date,
        cast(clause as {{ dbt.type_string() }}) as clause,
        {{ level_columns() }}
    from active
{%- endmacro %}

{# Raw rows that no later file of the same scope replaced (contracts.md, settled question 4). #}
{% macro unreplaced_rows(kind) -%}
    select raw_row.*
    from {{ source('raw', kind) }} as raw_row
    left join (
        select
            scope_key,
            max(load_sequence) as last_sequence
        from {{ ref('stg_journal__load_scope') }}
        group by scope_key
    ) as newest_file
        on raw_row.scope_key = newest_file.scope_key
    where newest_file.last_sequence is null or raw_row.load_sequence >= newest_file.last_sequence
{%- endmacro %}

{# Active rows of a kind: unreplaced, and the latest received for their key. Two names of one municipality (they share
   an ОКТМО) are one place: its rows replace each other. #}
{% macro active_rows(kind) -%}
    {%- set has_level = kind in kinds_with_level().split() -%}
    select *
    from (
        select
            unreplaced.*,
            row_number() over (
                partition by {{ key_of_territory() if has_level else 'unreplaced.row_key' }}
                order by unreplaced.load_sequence desc, unreplaced.row_id asc
            ) as recency
        from ({{ unreplaced_rows(kind) }}) as unreplaced
        {% if has_level -%}
            left join {{ ref('int_municipality') }} as territory
                on unreplaced.municipality_key = territory.municipality_key
        {%- endif %}
    ) as ranked
    where recency = 1
{%- endmacro %}

{# The key of a row with its municipality named by territory instead of by spelling. #}
{% macro key_of_territory() -%}
    case
        when unreplaced.level = 'municipality' and territory.municipality_id is not null
            then replace(
                {{ dbt.concat(["'|'", 'unreplaced.row_key', "'|'"]) }},
                {{ dbt.concat(["'|'", 'unreplaced.territory_key', "'|'"]) }},
                {{ dbt.concat(["'|'", 'territory.municipality_id', "'|'"]) }}
            )
        else {{ dbt.concat(["'|'", 'unreplaced.row_key', "'|'"]) }}
    end
{%- endmacro %}

{# The columns by which a fact finds its source row and its organisation. #}
{% macro provenance() -%}
    cast(row_id as {{ dbt.type_string() }}) as row_id,
    cast(file_sha256 as {{ dbt.type_string() }}) as file_sha256,
    cast(sheet as {{ dbt.type_string() }}) as sheet,
    cast(source_row as bigint) as source_row,
    cast(load_sequence as bigint) as load_sequence,
    cast(received_at as timestamp) as received_at,
    cast(sender as {{ dbt.type_string() }}) as sender,
    cast(row_key as {{ dbt.type_string() }}) as row_key,
    cast(organisation_id as {{ dbt.type_string() }}) as organisation_id,
    cast(entity_id as {{ dbt.type_string() }}) as entity_id,
    cast(match_rule as {{ dbt.type_string() }}) as match_rule
{%- endmacro %}

{# What a row of a kind is received for: its system, its month and year where it tells them, whom it speaks of. #}
{% macro received_columns(kind) -%}
    {%- set has_day = (fact_column(kind) | trim) != '' -%}
    {%- set year = year_column(kind) | trim -%}
    {%- set day_year = 'cast(extract(year from ' ~ (fact_day(kind) | trim) ~ ') as integer)' -%}
    {{ 'system_code' if kind in kinds_with_system().split() else "'-'" }} as system_code,
    {{ month_start(fact_day(kind)) if has_day else 'cast(null as date)' }} as month,
    {% if has_day and year -%}
        coalesce({{ day_year }}, cast({{ year }} as integer))
    {%- elif has_day -%}
        {{ day_year }}
    {%- else -%}
        cast({{ year or 'null' }} as integer)
    {%- endif %} as year,
    coalesce(entity_id, '-') as entity_id,
    {% if kind in kinds_with_level().split() -%}
        coalesce(municipality_key, '-') as municipality_key,
        coalesce(region_code, '-') as region_code
    {%- else -%}
        '-' as municipality_key,
        '-' as region_code
    {%- endif %}
{%- endmacro %}
