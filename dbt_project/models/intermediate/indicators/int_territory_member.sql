-- Grain: indicator × year × territory × entity in it: municipality, region and the federation at once. Where an export
-- speaks of a municipality as a whole, that row is a member of its own, without an organisation, and the organisations'
-- numerators are left out: they are part of it.

{% set levels = (
    ('municipality', 'member.municipality_id'), ('region', 'member.region_code'), ('federation', "'RU'")
) -%}
with member as (
    select
        organisation.indicator_code,
        organisation.version,
        organisation.unit,
        organisation.precision_digits,
        organisation.direction,
        organisation.aggregation,
        organisation.year,
        organisation.organisation_id,
        organisation.municipality_id,
        organisation.region_code,
        case when whole.indicator_code is null then organisation.numerator end as numerator,
        organisation.denominator,
        organisation.is_reported,
        organisation.is_undecided,
        organisation.is_unknown and whole.indicator_code is null as is_unknown,
        organisation.is_proxy,
        organisation.measure_code,
        organisation.system_code,
        organisation.as_of_date,
        organisation.numerator_priority,
        organisation.denominator_priority,
        organisation.value
    from {{ ref('int_indicator_organisation') }} as organisation
    left join {{ ref('int_territory_side') }} as whole
        on
            organisation.indicator_code = whole.indicator_code
            and organisation.year = whole.year
            and organisation.municipality_id = whole.municipality_id
    where organisation.aggregation <> 'published'
    union all
    select
        whole.indicator_code,
        whole.version,
        whole.unit,
        whole.precision_digits,
        whole.direction,
        whole.aggregation,
        whole.year,
        cast(null as {{ dbt.type_string() }}) as organisation_id,
        whole.municipality_id,
        whole.region_code,
        whole.numerator,
        cast(null as decimal(18, 6)) as denominator,
        true as is_reported,
        false as is_undecided,
        false as is_unknown,
        false as is_proxy,
        whole.measure_code,
        cast(null as {{ dbt.type_string() }}) as system_code,
        whole.as_of_date,
        1 as numerator_priority,
        cast(null as integer) as denominator_priority,
        whole.numerator as value
    from {{ ref('int_territory_side') }} as whole
)

{% for level, territory_id in levels -%}
    select
        '{{ level }}' as territory_level,
        {{ territory_id }} as territory_id,
        case when '{{ level }}' = 'federation' then null else member.region_code end as territory_region_code,
        member.*
    from member
    where {{ territory_id }} is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
