-- Grain: indicator_code × year × organisation_id (legal entity of the passport's population).

with indicator as (
    select
        organisation_value.*,
        {{ system_changed('organisation_value', ['indicator_code', 'organisation_id']) }} as system_changed,
        case
            when organisation_value.value is null then null
            when organisation_value.version <> lag(organisation_value.version) over series then 'passport'
            when
                coalesce(organisation_value.system_code, '-')
                <> lag(coalesce(organisation_value.system_code, '-')) over series
                or organisation_value.numerator_priority <> lag(organisation_value.numerator_priority) over series
                then 'source'
            when organisation_value.denominator_priority <> lag(organisation_value.denominator_priority) over series
                then 'denominator'
        end as series_break_kind
    from {{ ref('int_indicator_organisation') }} as organisation_value
    window
        series as (
            partition by
                organisation_value.indicator_code, organisation_value.organisation_id,
                case when organisation_value.value is null then 0 else 1 end
            order by organisation_value.year asc
        )
),

reported as (
    select *
    from {{ ref('int_reported') }}
    where level = 'organisation'
),

passport as (
    select *
    from {{ ref('stg_reference__indicator_passport') }}
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
    ]) }},
    {{ passport_columns('passport') }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('indicator.numerator', 'numerator', 'decimal(18, 6)'),
        ('indicator.denominator', 'denominator', 'decimal(18, 6)'),
        ('indicator.value', 'value', 'decimal(18, 6)'),
        ('municipality.value', 'municipality_value', 'decimal(18, 6)'),
        ('indicator.unit', 'unit', 'text'),
    ]) }},
    {{ plan_columns('plan_choice', 'indicator.value') }},
    {{ cast_columns([('note.footnote_marks', 'footnote_marks', 'text')]) }},
    {{ reported_columns('reported') }},
    {{ cast_columns([('indicator.is_undecided', 'is_undecided', 'boolean')]) }},
    {{ source_columns('indicator') }},
    {{ cast_columns([
        ('indicator.series_break_kind is not null', 'series_break', 'boolean'),
        ('indicator.series_break_kind', 'series_break_kind', 'text'),
    ]) }},
    {{ observation_status_column(
        'indicator', 'true', 'passport.year_kind', 'indicator.series_break_kind is not null'
    ) }}
from indicator
inner join passport
    on
        indicator.indicator_code = passport.indicator_code
        and indicator.version = passport.version
left join {{ footnote_marks("note.place_level = 'organisation'") }} as note
    on
        indicator.indicator_code = note.indicator_code
        and indicator.year = note.year
        and indicator.organisation_id = note.place_id
inner join place
    on
        indicator.organisation_id = place.organisation_id
        and indicator.year = place.year
left join {{ ref('int_indicator_territory') }} as municipality
    on
        indicator.indicator_code = municipality.indicator_code
        and indicator.year = municipality.year
        and indicator.municipality_id = municipality.territory_id
        and municipality.territory_level = 'municipality'
left join reported
    on
        indicator.indicator_code = reported.indicator_code
        and indicator.year = reported.year
        and indicator.organisation_id = reported.place_id
left join plan_choice
    on
        indicator.indicator_code = plan_choice.indicator_code
        and indicator.year = plan_choice.year
        and indicator.organisation_id = plan_choice.place_id
