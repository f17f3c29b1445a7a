-- Grain: indicator × year × place: the active plan, and whether the plans found disagree.

with grouped as (
    select
        candidate.indicator_code,
        candidate.year,
        candidate.place_level,
        candidate.place_id,
        min(candidate.plan_order) as first_order,
        count(distinct candidate.plan) as different_values,
        count(distinct candidate.scope) as different_scopes,
        -- «Undecided» is a verdict of its own: another plan may be decided.
        count(distinct candidate.is_reached) + max(case when candidate.is_reached is null then 1 else 0 end)
            as different_verdicts
    from {{ ref('int_plan_candidate') }} as candidate
    group by candidate.indicator_code, candidate.year, candidate.place_level, candidate.place_id
)

select
    candidate.indicator_code,
    candidate.year,
    candidate.place_level,
    candidate.place_id,
    candidate.row_id,
    candidate.plan,
    candidate.scope as plan_scope,
    candidate.plan_level,
    candidate.document as plan_document,
    candidate.clause as plan_clause,
    candidate.is_reached,
    -- For one organisation the scope makes no difference: it is compared with the same number either way.
    grouped.different_values > 1
    or (grouped.different_scopes > 1 and candidate.place_level <> 'organisation') as plan_conflict,
    grouped.different_verdicts
from {{ ref('int_plan_candidate') }} as candidate
inner join grouped
    on
        candidate.indicator_code = grouped.indicator_code
        and candidate.year = grouped.year
        and candidate.place_level = grouped.place_level
        and candidate.place_id = grouped.place_id
        and candidate.plan_order = grouped.first_order
