-- Grain: indicator × year × place × plan found for it: looked for at the own level, then upward; all plans of the first
-- level that has any (settled question 17), each with its own verdict: none where what is missing could change it.

{% set levels = (
    ('organisation', "case when place.place_level = 'organisation' then place.place_id end", 1),
    ('municipality', 'place.municipality_id', 2),
    ('region', 'place.region_code', 3),
    ('federation', "'RU'", 4),
) -%}
with lookup as (
    {% for level, place_id, distance in levels -%}
        select
            place.*,
            '{{ level }}' as plan_level,
            {{ place_id }} as plan_place_id,
            {{ distance }} as distance
        from {{ ref('int_indicator_place') }} as place
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

found as (
    select
        lookup.*,
        plan.row_id,
        plan.plan,
        plan.scope,
        plan.document,
        plan.clause,
        plan.plan_order,
        min(lookup.distance) over (
            partition by lookup.indicator_code, lookup.year, lookup.place_level, lookup.place_id
        ) as nearest
    from lookup
    inner join {{ ref('int_plan') }} as plan
        on
            lookup.indicator_code = plan.indicator_code
            and lookup.year = plan.year
            and lookup.plan_level = plan.level
            and lookup.plan_place_id = plan.place_id
            and plan.is_comparable
            -- A number planned for the whole is no plan for its parts, and a share of organisations none for one of
            -- them, which can only be 0 or 100.
            and (
                lookup.plan_level = lookup.place_level
                or plan.scope = 'each_organisation'
                or (
                    lookup.aggregation not in ('number_of_organisations', 'sum', 'published')
                    and (lookup.place_level <> 'organisation' or lookup.aggregation <> 'share_of_organisations')
                )
            )
),

-- A plan for each organisation asks every member of the territory, and one without a value has not reached it.
members_reaching as (
    select
        found.indicator_code,
        found.year,
        found.place_level,
        found.place_id,
        found.row_id,
        sum(
            case
                when {{ reaches_plan('member.value', 'found.plan', 'found.precision_digits', 'found.direction') }}
                    then 1
                else 0
            end
        ) as organisations_reaching
    from found
    inner join {{ ref('int_territory_member') }} as member
        on
            found.indicator_code = member.indicator_code
            and found.year = member.year
            and found.place_level = member.territory_level
            and found.place_id = member.territory_id
    where found.distance = found.nearest and found.scope = 'each_organisation'
    group by found.indicator_code, found.year, found.place_level, found.place_id, found.row_id
)

select
    found.indicator_code,
    found.year,
    found.place_level,
    found.place_id,
    found.row_id,
    found.plan,
    found.scope,
    found.plan_level,
    found.document,
    found.clause,
    found.plan_order,
    case
        when found.value is null then null
        when found.scope = 'each_organisation' and found.place_level <> 'organisation'
            then members_reaching.organisations_reaching = found.organisations_total
        when {{ reaches_plan_surely(
            'found.value_low', 'found.value_high', 'found.plan', 'found.precision_digits', 'found.direction'
        ) }} then true
        when {{ misses_plan_surely(
            'found.value_low', 'found.value_high', 'found.plan', 'found.precision_digits', 'found.direction'
        ) }} then false
    end as is_reached
from found
left join members_reaching
    on
        found.indicator_code = members_reaching.indicator_code
        and found.year = members_reaching.year
        and found.place_level = members_reaching.place_level
        and found.place_id = members_reaching.place_id
        and found.row_id = members_reaching.row_id
where found.distance = found.nearest
