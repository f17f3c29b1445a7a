-- Grain: plan row, with the place it is for, its comparable value, and its order among the plans of that place.

with plan as (
    select
        published.*,
        published.is_comparable and published.breakdown is null as is_whole
    from {{ ref('int_published_value') }} as published
    where published.value_type = 'plan'
),

-- A plan written in yearly increments stands for their sum so far, within one document.
accumulated as (
    select
        plan.*,
        case
            when plan.plan_accumulates and plan.is_whole
                then sum(case when plan.is_whole then plan.value end) over (
                    partition by plan.indicator_code, plan.level, plan.place_id, plan.document, plan.breakdown
                    order by plan.year asc
                    range between unbounded preceding and current row
                )
            else plan.value
        end as plan
    from plan
)

select
    accumulated.row_id,
    accumulated.indicator_code,
    accumulated.year,
    accumulated.breakdown,
    accumulated.level,
    accumulated.place_id,
    accumulated.organisation_id,
    accumulated.municipality,
    accumulated.region_code,
    cast(accumulated.plan as decimal(18, 6)) as plan,
    accumulated.value_low as plan_low,
    accumulated.value_high as plan_high,
    accumulated.value_kind as plan_kind,
    accumulated.value_text as plan_text,
    accumulated.value_numerator as plan_numerator,
    accumulated.value_denominator as plan_denominator,
    accumulated.unit,
    accumulated.scope,
    accumulated.document,
    accumulated.document_date,
    accumulated.clause,
    accumulated.is_whole as is_comparable,
    accumulated.file_sha256,
    accumulated.sheet,
    accumulated.source_row,
    -- The latest document first (one without a date last), within a document the first line.
    row_number() over (
        partition by
            accumulated.indicator_code, accumulated.year, accumulated.level, accumulated.place_id, accumulated.is_whole
        order by
            coalesce(accumulated.document_date, cast('0001-01-01' as date)) desc,
            accumulated.document asc,
            accumulated.source_row asc,
            accumulated.load_sequence desc,
            accumulated.row_id asc
    ) as plan_order
from accumulated
