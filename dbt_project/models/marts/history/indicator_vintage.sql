-- Grain: indicator_code × year × place_level × place_id × recorded_from. What was published of a place and when: rows
-- are only ever added, and closed when another follows or the place is no longer published. The moments of this release
-- are set when it is published.

{% set kept = (
    ('indicator_code', 'text'), ('year', 'integer'), ('place_level', 'text'), ('place_id', 'text'),
    ('indicator_short_title', 'text'), ('indicator_position', 'integer'), ('precision_digits', 'integer'),
    ('place_name', 'text'), ('municipality', 'text'), ('municipality_id', 'text'), ('region', 'text'),
    ('region_code', 'text'), ('indicator_version', 'integer'), ('organisations_total', 'bigint'), ('organisations_reporting', 'bigint'),
    ('organisations_below_plan', 'bigint'), ('numerator', 'decimal(18, 6)'), ('denominator', 'decimal(18, 6)'),
    ('value', 'decimal(18, 6)'), ('unit', 'text'), ('plan', 'decimal(18, 6)'), ('plan_level', 'text'),
    ('plan_scope', 'text'), ('plan_document', 'text'), ('plan_clause', 'text'), ('plan_conflict', 'boolean'),
    ('deviation', 'decimal(18, 6)'), ('status', 'text'), ('is_proxy', 'boolean'), ('source_system', 'text'),
    ('as_of_date', 'date'),
) -%}
with changed as (
    select
        difference.indicator_code,
        difference.year,
        difference.place_level,
        difference.place_id,
        difference.is_removed,
        case
            when difference.has_previous_release and not difference.has_other_facts and difference.has_other_plan
                then 'plan_changed'
            else difference.fact_reason
        end as change_reason
    from {{ ref('indicator_difference') }} as difference
    where difference.is_changed
),

recorded as (
    select
        {% for column, data_type in kept -%}
            vintage.{{ column }},
        {% endfor -%}
        vintage.recorded_from,
        case
            when vintage.recorded_to is null and changed.indicator_code is not null then {{ built_at() }}
            else vintage.recorded_to
        end as recorded_to,
        vintage.release_id,
        case
            when vintage.recorded_to is null and changed.indicator_code is not null then {{ release_id() }}
            else vintage.closed_by
        end as closed_by,
        vintage.change_reason
    from {{ source('published', 'indicator_vintage') }} as vintage
    left join changed
        on
            vintage.indicator_code = changed.indicator_code
            and vintage.year = changed.year
            and vintage.place_level = changed.place_level
            and vintage.place_id = changed.place_id
    union all
    select
        {% for column, data_type in kept -%}
            present.{{ column }},
        {% endfor -%}
        {{ built_at() }} as recorded_from,
        cast(null as timestamp) as recorded_to,
        {{ release_id() }} as release_id,
        cast(null as {{ dbt.type_string() }}) as closed_by,
        changed.change_reason
    from {{ ref('indicator_current') }} as present
    inner join changed
        on
            present.indicator_code = changed.indicator_code
            and present.year = changed.year
            and present.place_level = changed.place_level
            and present.place_id = changed.place_id
)

select
    {% for column, data_type in kept -%}
        cast(recorded.{{ column }} as {{ dbt.type_string() if data_type == 'text' else data_type }}) as {{ column }},
    {% endfor -%}
    {{ cast_columns([
        ('recorded.recorded_from', 'recorded_from', 'timestamp'),
        ('recorded.recorded_to', 'recorded_to', 'timestamp'),
        ('recorded.release_id', 'release_id', 'text'),
        ('recorded.closed_by', 'closed_by', 'text'),
        ('recorded.change_reason', 'change_reason', 'text'),
    ]) }}
from recorded
