-- Grain: programme title of a training record as written, and whether it is about the digital environment:
-- null when no pattern of the catalogue matches. A pattern of another theme outweighs.

with title as (
    select distinct record.programme_title
    from {{ ref('stg_training_record') }} as record
),

matched as (
    select
        title.programme_title,
        max(case when pattern.is_digital_environment then 1 else 0 end) as is_included,
        max(case when pattern.is_digital_environment then 0 else 1 end) as is_excluded
    from title
    inner join {{ ref('stg_reference__programme_pattern') }} as pattern
        on
            pattern.applies_to = 'course'
            and {{ folded_title('title.programme_title') }} like pattern.pattern
    group by title.programme_title
)

select
    title.programme_title,
    {{ folded_title('title.programme_title') }} as folded_title,
    case
        when matched.programme_title is null then null
        else matched.is_included = 1 and matched.is_excluded = 0
    end as is_digital_environment
from title
left join matched
    on title.programme_title = matched.programme_title
