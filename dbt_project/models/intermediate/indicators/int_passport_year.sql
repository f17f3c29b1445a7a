-- Grain: indicator × year: the version of the passport that holds for the year. Facts begin in 2010 and plans end in 2050
-- (schemas/columns.py), so that a hundred years hold every year that anything speaks of.

select
    spine.year,
    passport.*,
    {{ cumulation('passport.cumulative') }} as cumulation
from {{ source('reference', 'indicator_passport') }} as passport
inner join ({{ hundred_years('2000') }}) as spine
    on
        spine.year >= coalesce(passport.valid_from_year, spine.year)
        and spine.year <= coalesce(passport.valid_to_year, spine.year)
