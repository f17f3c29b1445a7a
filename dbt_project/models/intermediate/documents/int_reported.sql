-- Grain: indicator × year × place: the fact that the latest document publishes of the whole indicator, as a number and
-- as written; within a document the first line.

with ranked as (
    select
        published.*,
        row_number() over (
            partition by published.indicator_code, published.year, published.level, published.place_id
            order by
                case when published.is_comparable then 0 else 1 end asc,
                coalesce(published.document_date, cast('0001-01-01' as date)) desc,
                published.document asc,
                published.source_row asc,
                published.load_sequence desc,
                published.row_id asc
        ) as choice
    from {{ ref('int_published_value') }} as published
    where published.value_type = 'fact' and published.breakdown is null
)

select
    ranked.indicator_code,
    ranked.year,
    ranked.level,
    ranked.place_id,
    case when ranked.is_comparable then ranked.value end as reported,
    ranked.value_text as reported_text,
    ranked.value_kind as reported_kind,
    ranked.document as reported_document,
    ranked.clause as reported_clause
from ranked
where ranked.choice = 1
