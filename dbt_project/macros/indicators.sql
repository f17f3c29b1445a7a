{# Rules of the indicators that several models share. #}

{# A snapshot dated 1 January describes the December, and the year, that ended (settled question 10). #}
{% macro snapshot_day(day) -%}
    case
        when extract(month from {{ day }}) = 1 and extract(day from {{ day }}) = 1 then {{ add_days(day, -1) }}
        else {{ day }}
    end
{%- endmacro %}

{# Two classes of aggregation: organisations that answer yes are counted, or the worst or best of them speaks for all. #}
{% macro counts_organisations(aggregation) -%}
    {{ aggregation }} in ('share_of_organisations', 'number_of_organisations')
{%- endmacro %}
{% macro takes_extreme(aggregation) -%}
    {{ aggregation }} in ('minimum_over_organisations', 'maximum')
{%- endmacro %}

{# Which value of a measure a passport takes: of the year itself, or of all years up to it. #}
{% macro is_cumulative(cumulative) -%}
    coalesce({{ cumulative }} = 'sum_to_date', false)
{%- endmacro %}

{# The value of an indicator: a share in its unit when there is a denominator, else the number itself. #}
{% macro indicator_value(numerator, denominator, unit, aggregation) -%}
    case
        when {{ aggregation }} = 'number_of_organisations' then cast({{ numerator }} as decimal(18, 6))
        when {{ aggregation }} not in ('ratio_of_sums', 'share_of_organisations') and {{ denominator }} is null
            then cast({{ numerator }} as decimal(18, 6))
        else cast(
            case when {{ unit }} = '%' then 100 else 1 end
            * cast({{ numerator }} as decimal(18, 6)) / nullif(cast({{ denominator }} as decimal(18, 6)), 0)
            as decimal(18, 6)
        )
    end
{%- endmacro %}

{# Whether a value is equal to its plan or better, both rounded at the passport's precision (settled question 16). #}
{% macro reaches_plan(value, plan, digits, direction) -%}
    case
        when {{ value }} is null or {{ plan }} is null then null
        when {{ direction }} = 'up' and {{ round_half_up(value, digits) }} >= {{ round_half_up(plan, digits) }} then true
        when {{ direction }} = 'down' and {{ round_half_up(value, digits) }} <= {{ round_half_up(plan, digits) }} then true
        else false
    end
{%- endmacro %}

{# Whether every value between two bounds reaches the plan; a missing upper bound is none. #}
{% macro reaches_plan_surely(low, high, plan, digits, direction) -%}
    case when {{ direction }} = 'up' then {{ reaches_plan(low, plan, digits, direction) }}
        else {{ reaches_plan(high, plan, digits, direction) }} end
{%- endmacro %}

{# Whether no value between two bounds reaches the plan. #}
{% macro misses_plan_surely(low, high, plan, digits, direction) -%}
    not case when {{ direction }} = 'up' then {{ reaches_plan(high, plan, digits, direction) }}
        else {{ reaches_plan(low, plan, digits, direction) }} end
{%- endmacro %}

{# achieved, not_achieved, incomplete, no_plan, no_data or plan_conflict, from the verdicts of all plans found. A verdict
   that what is missing could change is none. #}
{% macro indicator_status(value, plan, verdicts, is_reached) -%}
    case
        when {{ value }} is null then 'no_data'
        when {{ plan }} is null then 'no_plan'
        when {{ verdicts }} > 1 then 'plan_conflict'
        when {{ is_reached }} is null then 'incomplete'
        when {{ is_reached }} then 'achieved'
        else 'not_achieved'
    end
{%- endmacro %}

{# Half of the last digit that a number is written with. #}
{% macro stated_tolerance(written) -%}
    {%- set text = "replace(replace(" ~ written ~ ", '%', ''), ' ', '')" -%}
    case
        when {{ written }} is null then cast(0.5 as decimal(18, 6))
        {% for digits, half in ((4, '0.00005'), (3, '0.0005'), (2, '0.005'), (1, '0.05')) -%}
            when {{ text }} like '%,{{ '_' * digits }}' or {{ text }} like '%.{{ '_' * digits }}'
                then cast({{ half }} as decimal(18, 6))
        {% endfor -%}
        else cast(0.5 as decimal(18, 6))
    end
{%- endmacro %}

{# Whether an organisation of a year is of a population of a passport or a duty. #}
{% macro in_population(population, organisation) -%}
    case {{ population }}
        when 'general_education' then {{ organisation }}.is_general_education
        when 'basic_general_education' then {{ organisation }}.has_basic_general
        when 'every_organisation' then {{ organisation }}.organisation_type <> 'орган управления'
        else false
    end
{%- endmacro %}

{# Programmes unknown: every general-education type but the primary school teaches grades 5 to 9. #}
{% macro has_basic_general(registry, organisation_type) -%}
    {{ registry }}.is_general_education
    and coalesce({{ registry }}.programmes like '%ООО%', {{ organisation_type }}.has_basic_general, true)
{%- endmacro %}

{# What rows of an indicator carry of its passport of the year. #}
{% macro passport_of_year() -%}
    passport.indicator_code,
    passport.version,
    passport.unit,
    passport.precision_digits,
    passport.direction,
    passport.aggregation
{%- endmacro %}
