{# One branch of int_measure: a kind's rows as (measure × place × period × role × system × subject × value). #}
{% macro measure_rows(kind, measure, value, role=none, system=none, starts='snapshot_date', ends='snapshot_date',
                      is_snapshot=true, value_high=none, where=none, subject=none, knows_day='true') -%}
    select
        '{{ kind }}' as kind,
        {{ measure }} as measure_code,
        organisation_id,
        entity_id,
        {% if kind in kinds_with_level().split() -%}
            municipality_key
        {%- else -%}
            cast(null as {{ dbt.type_string() }})
        {%- endif %} as municipality_key,
        {{ series_key(measure, role, system, subject) }} as series_key,
        {% for part, column in ((role, 'role_code'), (system, 'system_code'), (subject, 'subject_code')) -%}
            {{ part or 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ column }},
        {% endfor -%}
        {{ starts }} as period_start,
        {{ ends }} as period_end,
        {% if is_snapshot %}{{ snapshot_day(ends) }}{% else %}{{ ends }}{% endif %} as fact_day,
        {{ knows_day }} as knows_day,
        cast({{ value }} as decimal(18, 6)) as value_low,
        cast({{ value_high or value }} as decimal(18, 6)) as value_high,
        row_id,
        file_sha256,
        sheet,
        source_row,
        load_sequence,
        received_at
    from {{ ref('stg_' ~ kind) }}
    where {{ where or value ~ ' is not null' }}
{%- endmacro %}

{# An event that may be known by its year only: it then lies in no month and in no school year. #}
{% macro event_rows(kind, measure, value, subject=none, day='held_on', year='event_year', where=none) -%}
    {{ measure_rows(
        kind, measure, value, subject=subject,
        starts='coalesce(' ~ day ~ ', ' ~ year_end(year) ~ ')', ends='coalesce(' ~ day ~ ', ' ~ year_end(year) ~ ')',
        is_snapshot=false, where=where, knows_day=day ~ ' is not null'
    ) }}
{%- endmacro %}

{# Whether some passport counts a measure by the school year: the others need not be computed twice. #}
{% macro measured_by_school_year(measure_code) -%}
    {{ measure_code }} in (
        select component.measure_code
        from {{ ref('stg_reference__passport_component') }} as component
        inner join {{ ref('stg_reference__indicator_passport') }} as passport
            on
                component.indicator_code = passport.indicator_code
                and component.version = passport.version
                and passport.year_kind = 'school'
    )
{%- endmacro %}

{# Measures of what is planned: no fact of their year, and no day to which anything is known. #}
{% macro is_planned(measure_code) -%}
    {{ measure_code }} in ('object_planned', 'funding_plan')
{%- endmacro %}

{# Organisations in the years in which their region speaks of a cumulative series at all. #}
{% macro answered_years() -%}
    select
        organisation.*,
        series.series_key
    from {{ ref('int_organisation_year') }} as organisation
    inner join {{ ref('int_event_start') }} as series
        on
            organisation.region_code = series.region_code
            and organisation.year >= series.first_year
            and organisation.year <= series.last_year
{%- endmacro %}

{# Why a delivery does not make an organisation equipped; null when it does. #}
{% macro delivery_exclusion(delivery) -%}
    case
        when not {{ delivery }}.is_digital_environment then 'other_programme'
        when coalesce({{ delivery }}.quantity, 0) <= 0 then 'nothing_delivered'
    end
{%- endmacro %}

{# Why an object does not count at a year's end; null when it is in operation. A closed object without a day of closing
   has been closed all along, as far as anybody knows. #}
{% macro object_exclusion(infrastructure, year_end) -%}
    case
        when
            {{ infrastructure }}.state <> 'planned'
            and coalesce({{ infrastructure }}.ended_on > {{ year_end }}, {{ infrastructure }}.state = 'active')
            then null
        else 'not_in_operation'
    end
{%- endmacro %}

{# Calendar years and school years, each with its last day. #}
{% macro years_of_both_kinds() -%}
    select
        calendar_year.year,
        'calendar' as year_kind,
        calendar_year.year_end as last_day
    from {{ ref('int_year') }} as calendar_year
    union all
    select
        school_year.year,
        'school' as year_kind,
        school_year.school_year_end as last_day
    from {{ ref('int_year') }} as school_year
{%- endmacro %}
