-- Grain: indicator × year × legal entity that the passport's population takes in at the year's end.

select
    passport.indicator_code,
    passport.version,
    passport.unit,
    passport.precision_digits,
    passport.direction,
    passport.aggregation,
    passport.year_kind,
    case when passport.cumulative = 'sum_to_date' then 'to_date' else 'none' end as cumulation,
    passport.computed_where,
    organisation.year,
    organisation.organisation_id,
    organisation.municipality_id,
    organisation.region_code
from {{ source('reference', 'indicator_passport') }} as passport
inner join {{ ref('int_organisation_year') }} as organisation
    on
        organisation.year >= coalesce(passport.valid_from_year, organisation.year)
        and organisation.year <= coalesce(passport.valid_to_year, organisation.year)
where
    organisation.exists_at_year_end
    and passport.aggregation <> 'published'
    and {{ in_population('passport.population', 'organisation') }}
