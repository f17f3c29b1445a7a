{# What makes a new vintage when it changes (promise 6): the other columns follow from these or only describe them. #}
{% macro vintage_columns() -%}
    numerator denominator value plan status indicator_version
{%- endmacro %}

{# The reasons of a change, the most telling first: their order decides which one is named when several hold. #}
{% macro change_reasons() -%}
    passport_version corrected_file name_decision persons_removed new_file organisation_history plan_changed
    code_changed new_day recalculated
{%- endmacro %}

{# Place of a reason in that order. #}
{% macro reason_rank(reason) -%}
    case {{ reason }}
        {% for code in change_reasons().split() -%}
            when '{{ code }}' then {{ loop.index }}
        {% endfor -%}
    end
{%- endmacro %}

{# The reason at a place in that order. #}
{% macro reason_of_rank(rank) -%}
    case {{ rank }}
        {% for code in change_reasons().split() -%}
            when {{ loop.index }} then '{{ code }}'
        {% endfor -%}
    end
{%- endmacro %}

{# Whether two values differ, an empty one being a value of its own. #}
{% macro differs(left, right) -%}
    coalesce({{ left }} <> {{ right }}, ({{ left }} is null) <> ({{ right }} is null))
{%- endmacro %}
