-- Grain: indicator × year × organisation, or municipality as a whole × side × series × row.
-- What each row gives to the organisation's number and to those of its municipality, region and country. A person of
-- two schools counts once in a territory; an organisation without a denominator gives no numerator to a ratio, unless
-- no organisation of the territory has one; where a municipality is told of as a whole, that row stands for its
-- organisations' own. The worst and the best of a territory have no sum behind them.

{% set levels = (
    ('municipality', 'municipality_id'), ('region', 'region_code'), ('federation', "'RU'")
) -%}
with behind as (
    select
        organisation_row.indicator_code,
        organisation_row.year,
        organisation_row.organisation_id,
        organisation_row.municipality_id,
        organisation_row.region_code,
        organisation_row.side,
        organisation_row.measure_code,
        organisation_row.series_key,
        organisation_row.kind,
        organisation_row.row_id,
        organisation_row.person_key,
        organisation_row.day,
        organisation_row.value_low,
        organisation_row.value_high,
        organisation_row.contribution,
        organisation_row.exclusion,
        organisation_row.source_rows
    from {{ ref('int_indicator_row') }} as organisation_row
    union all
    select
        whole.indicator_code,
        whole.year,
        cast(null as {{ dbt.type_string() }}) as organisation_id,
        whole.municipality_id,
        whole.region_code,
        'numerator' as side,
        whole.measure_code,
        whole.series_key,
        whole.kind,
        whole.row_id,
        cast(null as {{ dbt.type_string() }}) as person_key,
        whole.day,
        whole.value as value_low,
        whole.value as value_high,
        case when whole.exclusion is null then whole.value end as contribution,
        whole.exclusion,
        1 as source_rows
    from {{ ref('int_territory_row') }} as whole
),

weighed as (
    select
        behind.*,
        indicator.aggregation,
        indicator.denominator,
        coalesce(catalogue.rollup = 'distinct_people', false) as counts_people,
        whole.indicator_code is not null and behind.organisation_id is not null and behind.side = 'numerator'
            as is_told_as_a_whole
    from behind
    left join {{ ref('int_indicator_organisation') }} as indicator
        on
            behind.indicator_code = indicator.indicator_code
            and behind.year = indicator.year
            and behind.organisation_id = indicator.organisation_id
    left join {{ ref('stg_reference__measure') }} as catalogue
        on
            behind.measure_code = catalogue.measure_code
            and behind.side = 'numerator'
    left join {{ ref('int_territory_side') }} as whole
        on
            behind.indicator_code = whole.indicator_code
            and behind.year = whole.year
            and behind.municipality_id = whole.municipality_id
),

{% for level, territory_id in levels -%}
    {{ level }}_complete as (
        select
            member.indicator_code,
            member.year,
            member.territory_id,
            sum(case when member.numerator is not null and member.denominator is not null then 1 else 0 end)
                as complete_members,
            sum(case when member.denominator is not null then 1 else 0 end) as members_with_denominator
        from {{ ref('int_territory_member') }} as member
        where member.territory_level = '{{ level }}'
        group by member.indicator_code, member.year, member.territory_id
    ),

{% endfor -%}
shared as (
    select
        weighed.*,
        {% for level, territory_id in levels -%}
            {{ level }}_complete.complete_members as {{ level }}_complete_members,
            {{ level }}_complete.members_with_denominator as {{ level }}_members_with_denominator
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from weighed
    {% for level, territory_id in levels -%}
        left join {{ level }}_complete
            on
                weighed.indicator_code = {{ level }}_complete.indicator_code
                and weighed.year = {{ level }}_complete.year
                and {{ level }}_complete.territory_id
                = {% if level != 'federation' %}weighed.{{ territory_id }}{% else %}{{ territory_id }}{% endif %}
    {% endfor %}
),

-- Only people take turns: ordering every row of every month would cost more than all else here.
turned as (
    select
        shared.*,
        {% for level, territory_id in levels -%}
            row_number() over (
                partition by
                    shared.indicator_code, shared.year, shared.side, shared.person_key,
                    {% if level != 'federation' %}shared.{{ territory_id }},{% endif %}
                    case when shared.contribution > 0 then 1 else 0 end
                order by
                    case when shared.denominator is null then 1 else 0 end asc, shared.organisation_id asc,
                    shared.row_id asc
            ) as {{ level }}_turn
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from shared
    where shared.counts_people
    union all
    select
        shared.*,
        {% for level, territory_id in levels -%}
            1 as {{ level }}_turn
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from shared
    where not shared.counts_people
)

select
    turned.indicator_code,
    turned.year,
    turned.organisation_id,
    turned.municipality_id,
    turned.region_code,
    turned.side,
    turned.series_key,
    turned.kind,
    turned.row_id,
    turned.day,
    turned.value_low,
    turned.value_high,
    turned.contribution,
    {% for level, territory_id in levels -%}
        case
            {% if level != 'federation' -%}
                when turned.{{ territory_id }} is null then null
            {%- endif %}
            when turned.exclusion is not null or turned.contribution is null then null
            when {{ takes_extreme('turned.aggregation') }} then null
            when turned.is_told_as_a_whole then 0
            when turned.side = 'denominator' or turned.organisation_id is null then turned.contribution
            when turned.counts_people
                then case
                    when turned.{{ level }}_complete_members > 0 and turned.denominator is null then 0
                    when turned.{{ level }}_turn > 1 then 0
                    else turned.contribution
                end
            when
                turned.aggregation = 'ratio_of_sums'
                and turned.{{ level }}_members_with_denominator > 0
                and turned.denominator is null
                then 0
            else turned.contribution
        end as contribution_to_{{ level }},
    {% endfor -%}
    turned.exclusion,
    turned.source_rows
from turned
