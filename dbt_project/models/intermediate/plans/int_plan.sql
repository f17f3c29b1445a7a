-- Grain: plan row, with the place it is for, its comparable value, and its order among the plans of that place.

with plan as (
    select
        published.*,
        published.is_comparable and published.breakdown is null as is_whole
    from {{ ref('int_published_value') }} as published
    where published.value_type = 'plan'
),

-- A plan written in yearly increments stands for their sum so far, within one document.
cumulative as (
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
    cumulative.row_id,
    cumulative.indicator_code,
    cumulative.year,
    cumulative.breakdown,
    cumulative.level,
    cumulative.place_id,
    cumulative.organisation_id,
    cumulative.municipality,
    cumulative.region_code,
    cast(cumulative.plan as decimal(18, 6)) as plan,
    cumulative.value_low as plan_low,
    cumulative.value_high as plan_high,
    cumulative.value_kind as plan_kind,
    cumulative.value_text as plan_text,
    cumulative.value_numerator as plan_numerator,
    cumulative.value_denominator as plan_denominator,
    cumulative.unit,
    cumulative.scope,
    cumulative.document,
    cumulative.document_date,
    cumulative.clause,
    cumulative.is_whole as is_comparable,
    cumulative.file_sha256,
    cumulative.sheet,
    cumulative.source_row,
    -- The latest document first (one without a date last), within a document the first line.
    row_number() over (
        partition by
            cumulative.indicator_code, cumulative.year, cumulative.level, cumulative.place_id, cumulative.is_whole
        order by
            coalesce(cumulative.document_date, cast('0001-01-01' as date)) desc,
            cumulative.document asc,
            cumulative.source_row asc,
            cumulative.load_sequence desc,
            cumulative.row_id asc
    ) as plan_order
from cumulative
