-- Grain: indicator × year: the version of the passport that holds for the year. Two centuries hold every year that a
-- row or a plan may speak of.

with spine as (
    {{ hundred_years('1900') }}
    union all
    {{ hundred_years('2000') }}
)

select
    spine.year,
    passport.*,
    {{ is_cumulative('passport.cumulative') }} as is_cumulative
from {{ ref('stg_reference__indicator_passport') }} as passport
inner join spine
    on
        spine.year >= coalesce(passport.valid_from_year, spine.year)
        and spine.year <= coalesce(passport.valid_to_year, spine.year)
