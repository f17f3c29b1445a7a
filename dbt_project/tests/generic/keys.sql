{# Each of the columns alone names one row of the model, and is never null. #}
{% test keys(model, columns) %}
with named as (
    {% for column in columns -%}
        select
            '{{ column }}' as column_name,
            cast({{ column }} as {{ dbt.type_string() }}) as value
        from {{ model }}
        {% if not loop.last -%} union all {%- endif %}
    {% endfor %}
)

select
    column_name,
    value,
    count(*) as found
from named
group by column_name, value
having count(*) > 1 or value is null
{% endtest %}
