-- Grain: indicator × year × place: the active plan, and whether the plans found disagree.

with grouped as (
    select
        applicable.indicator_code,
        applicable.year,
        applicable.place_level,
        applicable.place_id,
        min(applicable.plan_order) as first_order,
        count(distinct applicable.plan) as different_values,
        count(distinct applicable.scope) as different_scopes,
        -- «Undecided» is a verdict of its own: another plan may be decided.
        count(distinct applicable.is_reached) + max(case when applicable.is_reached is null then 1 else 0 end)
            as different_verdicts
    from {{ ref('int_plan_applicable') }} as applicable
    group by applicable.indicator_code, applicable.year, applicable.place_level, applicable.place_id
)

select
    applicable.indicator_code,
    applicable.year,
    applicable.place_level,
    applicable.place_id,
    applicable.row_id,
    applicable.plan,
    applicable.scope as plan_scope,
    applicable.plan_level,
    applicable.document as plan_document,
    applicable.clause as plan_clause,
    applicable.is_reached,
    -- For one organisation the scope makes no difference: it is compared with the same number either way.
    grouped.different_values > 1
    or (grouped.different_scopes > 1 and applicable.place_level <> 'organisation') as plan_conflict,
    grouped.different_verdicts
from {{ ref('int_plan_applicable') }} as applicable
inner join grouped
    on
        applicable.indicator_code = grouped.indicator_code
        and applicable.year = grouped.year
        and applicable.place_level = grouped.place_level
        and applicable.place_id = grouped.place_id
        and applicable.plan_order = grouped.first_order
