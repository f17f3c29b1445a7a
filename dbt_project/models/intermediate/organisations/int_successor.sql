-- Grain: legal entity × year: who answers for its facts at the year's end: itself, or the successor that the registry
-- names once the entity has closed, and that one's successor in turn. Rules and scenarios: organisation_history.md.

{% set generations = 5 -%}
with closing as (
    select
        ranked.entity_id,
        ranked.valid_to as closed_on,
        ranked.successor_inn
    from (
        select
            registry.entity_id,
            registry.valid_to,
            registry.successor_inn,
            row_number() over (
                partition by registry.entity_id
                order by
                    coalesce(registry.valid_from, cast('0001-01-01' as date)) desc, registry.load_sequence desc,
                    registry.row_id asc
            ) as recency
        from {{ ref('stg_organisation_registry') }} as registry
        where registry.organisation_id = registry.entity_id
    ) as ranked
    where
        ranked.recency = 1
        and ranked.valid_to is not null
        and ranked.successor_inn is not null
        and ranked.successor_inn <> ranked.entity_id
),

entity as (
    select distinct registry.entity_id
    from {{ ref('stg_organisation_registry') }} as registry
),

generation_0 as (
    select
        entity.entity_id,
        spine.year,
        spine.year_end,
        entity.entity_id as successor_id,
        cast(null as date) as closed_on
    from entity
    cross join {{ ref('int_year') }} as spine
),

{% for number in range(1, generations + 1) -%}
    generation_{{ number }} as (
        select
            former.entity_id,
            former.year,
            former.year_end,
            coalesce(successor.entity_id, former.successor_id) as successor_id,
            case
                when successor.entity_id is null then former.closed_on
                else coalesce(former.closed_on, closing.closed_on)
            end as closed_on
        from generation_{{ number - 1 }} as former
        left join closing
            on
                former.successor_id = closing.entity_id
                and former.year_end >= closing.closed_on
        left join entity as successor
            on closing.successor_inn = successor.entity_id
    ),

{% endfor -%}
successor as (
    select *
    from generation_{{ generations }}
)

select
    successor.entity_id,
    successor.year,
    successor.successor_id,
    successor.closed_on
from successor
