-- Grain: indicator_code × year × organisation_id of the population whose value its territory lacks.

select
    {{ cast_columns([
        ('gap.indicator_code', 'indicator_code', 'text'),
        ('gap.year', 'year', 'integer'),
        ('gap.organisation_id', 'organisation_id', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.position', 'indicator_position', 'integer'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('gap.side', 'side', 'text'),
        ('gap.denominator', 'denominator', 'decimal(18, 6)'),
        ('gap.reason', 'gap_reason', 'text'),
        ('gap.files', 'gap_files', 'text'),
    ]) }}
from {{ ref('int_coverage_gap') }} as gap
inner join {{ ref('int_organisation_year') }} as place
    on
        gap.organisation_id = place.organisation_id
        and gap.year = place.year
inner join {{ ref('int_passport_year') }} as passport
    on
        gap.indicator_code = passport.indicator_code
        and gap.year = passport.year
