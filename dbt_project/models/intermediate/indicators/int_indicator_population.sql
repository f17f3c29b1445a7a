-- Grain: indicator × year × legal entity that the passport's population takes in at the year's end.

select
    {{ passport_of_year() }},
    passport.year_kind,
    passport.is_cumulative,
    passport.computed_where,
    organisation.year,
    organisation.organisation_id,
    organisation.municipality_id,
    organisation.region_code
from {{ ref('int_passport_year') }} as passport
inner join {{ ref('int_organisation_year') }} as organisation
    on passport.year = organisation.year
where
    organisation.exists_at_year_end
    and passport.aggregation <> 'published'
    and {{ in_population('passport.population', 'organisation') }}
