{# One branch of int_measure: a kind's rows as (measure × organisation × period × role × system × value). #}
{% macro measure_rows(kind, measure, value, role="'-'", system="'-'", starts='snapshot_date', ends='snapshot_date',
                      is_snapshot=true, value_high=none, where=none) -%}
    select
        '{{ kind }}' as kind,
        {{ measure }} as measure_code,
        organisation_id,
        entity_id,
        {{ role }} as role_code,
        {{ system }} as system_code,
        {{ starts }} as period_start,
        {{ ends }} as period_end,
        {% if is_snapshot %}{{ snapshot_day(ends) }}{% else %}{{ ends }}{% endif %} as fact_day,
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
