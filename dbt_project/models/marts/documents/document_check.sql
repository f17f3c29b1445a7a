-- Grain: check_code: what the numbers of one document must be to each other (schemas/catalogues/document_checks.yaml),
-- evaluated on the values loaded: holds or contradicts; not_loaded while a value it needs is missing.

with term as (
    select
        term.check_code,
        term.side,
        term.term_number,
        coalesce(max(term.constant), sum(coalesce(value.value_low, value.value_high))) as total
    from {{ ref('stg_reference__document_check_term') }} as term
    left join {{ ref('int_published_value') }} as value
        on
            term.indicator_code = value.indicator_code
            and term.value_type = value.value_type
            and value.year >= term.first_year
            and value.year <= term.last_year
            and coalesce(term.breakdown, value.breakdown, '-') = coalesce(value.breakdown, '-')
            and coalesce(term.unit, value.unit, '-') = coalesce(value.unit, '-')
    group by term.check_code, term.side, term.term_number
),

side as (
    select
        term.check_code,
        max(case when term.side = 'left' and term.total is null then 1 else 0 end)
        + max(case when term.side = 'right' and term.total is null then 1 else 0 end) as missing,
        sum(case when term.side = 'left' then term.total end) as left_value,
        sum(case when term.side = 'right' then term.total end) as right_value
    from term
    group by term.check_code
)

select
    {{ cast_columns([
        ('catalogue.check_code', 'check_code', 'text'),
        ('catalogue.title', 'title', 'text'),
        ('catalogue.document', 'document', 'text'),
        ('catalogue.lines', 'clause', 'text'),
        ('catalogue.relation', 'relation', 'text'),
        ('case when side.missing = 0 then side.left_value end', 'left_value', 'decimal(18, 6)'),
        ('case when side.missing = 0 then side.right_value end', 'right_value', 'decimal(18, 6)'),
        (
            "case when side.missing > 0 then 'not_loaded'"
            " when catalogue.relation = 'equal' and side.left_value = side.right_value then 'holds'"
            " when catalogue.relation = 'at_most' and side.left_value <= side.right_value then 'holds'"
            " else 'contradicts' end",
            'verdict', 'text'
        ),
        ('catalogue.note', 'note', 'text'),
    ]) }}
from {{ ref('stg_reference__document_check') }} as catalogue
inner join side
    on catalogue.check_code = side.check_code
