{# The months of all years in order, so that periods of several months are found by division. #}
{% macro month_index(day) -%}
    cast(extract(year from {{ day }}) * 12 + extract(month from {{ day }}) - 1 as integer)
{%- endmacro %}

{# The first day of the period of a duty that a day lies in: a school year is numbered from September. #}
{% macro duty_period_start(duty, day) -%}
    {{ add_months(
        "cast('2000-01-01' as date)",
        'cast(floor((' ~ month_index(day) ~ ' - ' ~ duty ~ '.first_month + 1) / cast(' ~ duty
        ~ '.period_months as decimal(18, 6))) as integer) * ' ~ duty ~ '.period_months + ' ~ duty
        ~ '.first_month - 1 - 24000'
    ) }}
{%- endmacro %}

{# A day of a year. #}
{% macro day_of_year(year, month, day) -%}
    {{ add_days(add_months(add_days(year_end('(' ~ year ~ ') - 1'), 1), month ~ ' - 1'), day ~ ' - 1') }}
{%- endmacro %}

{# The first such day of a year that is not before another day. #}
{% macro next_day_of_year(from_day, month, day) -%}
    case
        when {{ day_of_year('extract(year from ' ~ from_day ~ ')', month, day) }} >= {{ from_day }}
            then {{ day_of_year('extract(year from ' ~ from_day ~ ')', month, day) }}
        else {{ day_of_year('extract(year from ' ~ from_day ~ ') + 1', month, day) }}
    end
{%- endmacro %}

{# The last day on which a submission for a period is in time; null where no day is set. #}
{% macro due_day(duty, period_start, period_end) -%}
    case {{ duty }}.due_rule
        when 'days_after' then {{ add_days(period_end, duty ~ '.days_after') }}
        when 'day'
            then least(
                {{ add_days(period_end, duty ~ '.due_day_of_month') }},
                {{ add_days(add_months(add_days(period_end, 1), 1), -1) }}
            )
        when 'month_day'
            then {{ next_day_of_year(add_days(period_end, 1), duty ~ '.due_month', duty ~ '.due_day_of_month') }}
        when 'within' then {{ next_day_of_year(period_start, duty ~ '.due_month', duty ~ '.due_day_of_month') }}
    end
{%- endmacro %}

{# '2024-12', '2024-Q4', '2024-H2', '2024', '2024/2025'. #}
{% macro period_label(period_kind, period_start) -%}
    {%- set year = 'cast(cast(extract(year from ' ~ period_start ~ ') as integer) as ' ~ dbt.type_string() ~ ')' -%}
    {%- set next_year = 'cast(cast(extract(year from ' ~ period_start ~ ') + 1 as integer) as ' ~ dbt.type_string() ~ ')' -%}
    case {{ period_kind }}
        when 'month' then {{ month_label(period_start) }}
        when 'quarter'
            then {{ dbt.concat([
                year, "'-Q'",
                'cast(cast((extract(month from ' ~ period_start ~ ') + 2) / 3 as integer) as ' ~ dbt.type_string() ~ ')'
            ]) }}
        when 'half_year'
            then {{ dbt.concat([
                year, "case when extract(month from " ~ period_start ~ ") = 1 then '-H1' else '-H2' end"
            ]) }}
        when 'year' then {{ year }}
        when 'school_year' then {{ dbt.concat([year, "'/'", next_year]) }}
        else 'once'
    end
{%- endmacro %}

{# The same in Russian: «декабрь 2024», «IV квартал 2024». #}
{% macro period_title(period_kind, period_start) -%}
    {%- set year = 'cast(cast(extract(year from ' ~ period_start ~ ') as integer) as ' ~ dbt.type_string() ~ ')' -%}
    {%- set months = [
        'январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь',
        'декабрь'
    ] -%}
    case {{ period_kind }}
        when 'month'
            then {{ dbt.concat([
                "case extract(month from " ~ period_start ~ ") " ~ month_words(months) ~ " end", "' '", year
            ]) }}
        when 'quarter'
            then {{ dbt.concat([
                "case extract(month from " ~ period_start
                ~ ") when 1 then 'I' when 4 then 'II' when 7 then 'III' else 'IV' end",
                "' квартал '", year
            ]) }}
        when 'half_year'
            then {{ dbt.concat([
                "case when extract(month from " ~ period_start ~ ") = 1 then 'I' else 'II' end", "' полугодие '", year
            ]) }}
        when 'year' then {{ dbt.concat([year, "' год'"]) }}
        when 'school_year' then {{ dbt.concat([period_label("'school_year'", period_start), "' учебный год'"]) }}
        else 'один раз'
    end
{%- endmacro %}

{% macro month_words(months) -%}
    {%- for word in months %}when {{ loop.index }} then '{{ word }}' {% endfor -%}
{%- endmacro %}

{# What has become of what was owed. Lateness of a receipt can be judged from the warehouse's first day on only: what was
   due before came to it with the history. #}
{% macro submission_state(expected, received, due_day, received_on, first_day) -%}
    case
        when not {{ expected }} then 'not_expected'
        when {{ received }} and {{ received_on }} > {{ due_day }} and {{ due_day }} >= {{ first_day }} then 'received_late'
        when {{ received }} then 'received'
        when {{ due_day }} >= {{ today() }} then 'due'
        else 'late'
    end
{%- endmacro %}

{# By how many days something late is late; null of what is in time or has no day. #}
{% macro days_late(state, due_day, received_on) -%}
    case {{ state }}
        when 'late' then {{ dbt.datediff(due_day, today(), 'day') }}
        when 'received_late' then {{ dbt.datediff(due_day, received_on, 'day') }}
    end
{%- endmacro %}

{# The first day of the month, or else of the year, that something was received for. #}
{% macro received_day(received) -%}
    coalesce({{ received }}.month, {{ day_of_year(received ~ '.year', '1', '1') }})
{%- endmacro %}

{# Words of a generated macro as literals of SQL. #}
{% macro quoted_list(words) -%}
    {%- for word in words.split() %}'{{ word }}'{% if not loop.last %}, {% endif %}{% endfor -%}
{%- endmacro %}

{# The level of the territory that answers for an organisation: its municipality, in a city of federal level its region. #}
{% macro level_of_place(relation) -%}
    case
        when {{ relation }}.municipality_id is not null then 'municipality'
        when {{ relation }}.region_code is not null then 'region'
        else 'federation'
    end
{%- endmacro %}

{# A hundred years, from a given one on. #}
{% macro hundred_years(first_year) -%}
    {%- set digits -%}
        ({% for number in range(10) %}select {{ number }} as digit{{ ' union all ' if not loop.last }}{% endfor %})
    {%- endset -%}
    select cast({{ first_year }} + tens.digit * 10 + ones.digit as integer) as year
    from {{ digits }} as tens
    cross join {{ digits }} as ones
{%- endmacro %}
