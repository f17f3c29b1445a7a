-- Grain: indicator_code × year × organisation_id (legal entity of the passport's population).

with indicator as (
    select *
    from {{ ref('int_indicator_organisation') }}
),

passport as (
    select *
    from {{ source('reference', 'indicator_passport') }}
),

place as (
    select *
    from {{ ref('int_organisation_year') }}
),

plan_choice as (
    select *
    from {{ ref('int_plan_choice') }}
    where place_level = 'organisation'
)

select
    {{ cast_columns([
        ('indicator.indicator_code', 'indicator_code', 'text'),
        ('indicator.year', 'year', 'integer'),
        ('indicator.organisation_id', 'organisation_id', 'text'),
        ('passport.title', 'indicator_title', 'text'),
        ('indicator.version', 'indicator_version', 'integer'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('indicator.numerator', 'numerator', 'decimal(18, 6)'),
        ('indicator.denominator', 'denominator', 'decimal(18, 6)'),
        ('indicator.value', 'value', 'decimal(18, 6)'),
        ('indicator.unit', 'unit', 'text'),
    ]) }},
    {{ plan_columns('plan_choice', 'indicator.value') }},
    {{ cast_columns([
        ('indicator.is_undecided', 'is_undecided', 'boolean'),
        ('indicator.is_proxy', 'is_proxy', 'boolean'),
        ('indicator.system_code', 'source_system', 'text'),
        ('indicator.as_of_date', 'as_of_date', 'date'),
        (release_id(), 'release_id', 'text'),
    ]) }}
from indicator
inner join passport
    on
        indicator.indicator_code = passport.indicator_code
        and indicator.version = passport.version
inner join place
    on
        indicator.organisation_id = place.organisation_id
        and indicator.year = place.year
left join plan_choice
    on
        indicator.indicator_code = plan_choice.indicator_code
        and indicator.year = plan_choice.year
        and indicator.organisation_id = plan_choice.place_id
