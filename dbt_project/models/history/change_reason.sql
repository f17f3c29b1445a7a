-- Grain: indicator × year × place whose rows changed: the most telling reason and the files behind it. Kept apart for
-- regions without one of their own: a place that appears because its region began to report has the region's reason.

{% set places = (
    ('organisation', 'organisation_id'), ('municipality', 'municipality_id'), ('region', 'region_code'),
    ('federation', "'RU'"),
) -%}
with placed as (
    {% for level, place_id in places -%}
        select
            change.indicator_code,
            change.year,
            '{{ level }}' as place_level,
            {% if level == 'federation' %}{{ place_id }}{% else %}change.{{ place_id }}{% endif %} as place_id,
            change.reason,
            {{ reason_rank('change.reason') }} as reason_rank,
            change.file_name,
            change.decisions
        from {{ ref('lineage_change') }} as change
        {% if level != 'federation' -%}
            where change.{{ place_id }} is not null
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

ranked as (
    select
        placed.indicator_code,
        placed.year,
        placed.place_level,
        placed.place_id,
        min(placed.reason_rank) as reason_rank
    from placed
    group by placed.indicator_code, placed.year, placed.place_level, placed.place_id
)

select
    ranked.indicator_code,
    ranked.year,
    ranked.place_level,
    ranked.place_id,
    ranked.reason_rank,
    {{ reason_of_rank('ranked.reason_rank') }} as reason,
    {{ text_list('placed.file_name') }} as files,
    {{ text_list('placed.decisions') }} as decisions
from ranked
inner join placed
    on
        ranked.indicator_code = placed.indicator_code
        and ranked.year = placed.year
        and ranked.place_level = placed.place_level
        and ranked.place_id = placed.place_id
        and ranked.reason_rank = placed.reason_rank
group by ranked.indicator_code, ranked.year, ranked.place_level, ranked.place_id, ranked.reason_rank
