-- Grain: indicator × year × territory × entity in it: municipality, region and the federation at once.

{% set levels = (
    ('municipality', 'member.municipality_id'), ('region', 'member.region_code'), ('federation', "'RU'")
) -%}
{% for level, territory_id in levels -%}
    select
        '{{ level }}' as territory_level,
        {{ territory_id }} as territory_id,
        case when '{{ level }}' = 'federation' then null else member.region_code end as territory_region_code,
        member.*
    from {{ ref('int_indicator_organisation') }} as member
    where {{ territory_id }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
