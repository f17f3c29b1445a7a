-- Grain: indicator_code × year × place_level × place_id × field: each cell of the indicators that differs from the
-- release before, with the reason found from the data. Empty in the first release: there is nothing to compare it with.

with cell as (
    {% for column in vintage_columns().split() -%}
        select
            difference.*,
            '{{ column }}' as field,
            {{ loop.index }} as field_position,
            cast(difference.previous_{{ column }} as {{ dbt.type_string() }}) as old_value,
            cast(difference.{{ column }} as {{ dbt.type_string() }}) as new_value,
            {% if column in ('status', 'indicator_version') -%}
                cast(null as decimal(18, 6)) as old_number,
                cast(null as decimal(18, 6)) as new_number,
            {%- else -%}
                difference.previous_{{ column }} as old_number,
                difference.{{ column }} as new_number,
            {%- endif %}
            {% if column == 'plan' -%}
                case
                    when difference.is_added or difference.is_removed then difference.fact_reason
                    else 'plan_changed'
                end
            {%- elif column == 'status' -%}
                case
                    when not difference.has_other_facts and difference.has_other_plan then 'plan_changed'
                    else difference.fact_reason
                end
            {%- else -%}
                difference.fact_reason
            {%- endif %} as reason
        from {{ ref('indicator_difference') }} as difference
        where
            difference.has_previous_release
            and {{ differs('difference.' ~ column, 'difference.previous_' ~ column) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    {{ cast_columns([
        ('cell.indicator_code', 'indicator_code', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.position', 'indicator_position', 'integer'),
        ('cell.year', 'year', 'integer'),
        ('cell.place_level', 'place_level', 'text'),
        ('cell.place_id', 'place_id', 'text'),
        ('cell.place_name', 'place_name', 'text'),
        ('cell.municipality', 'municipality', 'text'),
        ('cell.municipality_id', 'municipality_id', 'text'),
        ('cell.region', 'region', 'text'),
        ('cell.region_code', 'region_code', 'text'),
        ('cell.field', 'field', 'text'),
        ('cell.field_position', 'field_position', 'integer'),
        (
            "case when cell.is_added then 'added' when cell.is_removed then 'removed' else 'changed' end",
            'change_type', 'text'
        ),
        ('cell.old_value', 'old_value', 'text'),
        ('cell.new_value', 'new_value', 'text'),
        ('cell.new_number - cell.old_number', 'difference', 'decimal(18, 6)'),
        ('cell.unit', 'unit', 'text'),
        ('cell.reason', 'change_reason', 'text'),
        (
            "case when cell.reason <> 'plan_changed' then cell.files"
            " else coalesce(cell.plan_document, cell.previous_plan_document) end",
            'reason_source', 'text'
        ),
        (
            "case when cell.reason = 'plan_changed' then coalesce(cell.plan_clause, cell.previous_plan_clause) end",
            'reason_clause', 'text'
        ),
        ("case when cell.reason = 'name_decision' then cell.decisions end", 'decisions', 'text'),
        ('published_release.release_id', 'former_release_id', 'text'),
        (release_id(), 'release_id', 'text'),
    ]) }}
from cell
cross join {{ source('published', 'release') }} as published_release
left join {{ ref('stg_reference__indicator_passport') }} as passport
    on
        cell.indicator_code = passport.indicator_code
        and coalesce(cell.indicator_version, cell.previous_indicator_version) = passport.version
