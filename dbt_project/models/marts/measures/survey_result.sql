-- Grain: date × municipality or organisation × survey × question: how many answered and how many are satisfied. Of a
-- file that gives a share only, satisfied is the share of those who answered and may be no whole number.

select
    {{ cast_columns([('answer.surveyed_on', 'date', 'date')]) }},
    {{ level_place_columns('answer') }},
    {{ cast_columns([
        ('answer.survey', 'survey', 'text'),
        ('answer.question', 'question', 'text'),
        ('answer.answered', 'answered', 'bigint'),
        ('answer.satisfied', 'satisfied', 'decimal(18, 6)'),
    ]) }},
    {{ source_row_columns('answer') }}
from {{ ref('stg_survey') }} as answer
{{ level_place_joins('answer') }}
