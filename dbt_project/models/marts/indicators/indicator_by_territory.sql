-- Grain: indicator_code × year × territory_id.

with indicator as (
    select
        territory_value.*,
        {{ system_changed('territory_value', ['indicator_code', 'territory_id']) }} as system_changed
    from {{ ref('int_indicator_territory') }} as territory_value
),

passport as (
    select *
    from {{ ref('stg_reference__indicator_passport') }}
),

territory as (
    select *
    from {{ ref('int_territory') }}
),

plan_choice as (
    select *
    from {{ ref('int_plan_choice') }}
    where place_level <> 'organisation'
),

reported as (
    select *
    from {{ ref('int_reported') }}
    where level <> 'organisation'
),

below_plan as (
    select
        member.indicator_code,
        member.year,
        member.territory_id,
        count(laggard.organisation_id) as organisations_below_plan
    from {{ ref('int_territory_member') }} as member
    inner join {{ ref('laggard') }} as laggard
        on
            member.indicator_code = laggard.indicator_code
            and member.year = laggard.year
            and member.organisation_id = laggard.organisation_id
    group by member.indicator_code, member.year, member.territory_id
)

select
    {{ cast_columns([
        ('indicator.indicator_code', 'indicator_code', 'text'),
        ('indicator.year', 'year', 'integer'),
        ('indicator.territory_id', 'territory_id', 'text'),
        ('indicator.territory_level', 'territory_level', 'text'),
        ('coalesce(history.municipality, territory.territory_name)', 'territory_name', 'text'),
        ('coalesce(history.municipality, territory.municipality)', 'municipality', 'text'),
        ('coalesce(history.municipality_oktmo, territory.oktmo)', 'municipality_oktmo', 'text'),
        ('territory.municipality_id', 'municipality_id', 'text'),
        ('territory.region', 'region', 'text'),
        ('territory.region_code', 'region_code', 'text'),
    ]) }},
    {{ passport_columns('passport') }},
    {{ cast_columns([
        ('indicator.organisations_total', 'organisations_total', 'bigint'),
        ('indicator.organisations_total', 'organisations_expected', 'bigint'),
        ('indicator.organisations_reporting', 'organisations_reporting', 'bigint'),
        ('coalesce(below_plan.organisations_below_plan, 0)', 'organisations_below_plan', 'bigint'),
        ('indicator.organisations_undecided', 'organisations_undecided', 'bigint'),
        ('indicator.organisations_without_denominator', 'organisations_without_denominator', 'bigint'),
        ('indicator.organisations_unknown', 'organisations_unknown', 'bigint'),
        ('coverage.denominator_reporting_share', 'denominator_reporting_share', 'decimal(18, 6)'),
        ('indicator.municipalities_reporting', 'municipalities_reporting', 'bigint'),
        ('coverage.municipalities_total', 'municipalities_total', 'bigint'),
        ('indicator.regions_reporting', 'regions_reporting', 'bigint'),
        ('coverage.regions_total', 'regions_total', 'bigint'),
        ('reason.coverage_reason', 'coverage_reason', 'text'),
        ('indicator.numerator', 'numerator', 'decimal(18, 6)'),
        ('indicator.denominator', 'denominator', 'decimal(18, 6)'),
        ('indicator.value', 'value', 'decimal(18, 6)'),
        ('coverage.value_low', 'value_low', 'decimal(18, 6)'),
        ('coverage.value_high', 'value_high', 'decimal(18, 6)'),
        ('indicator.unit', 'unit', 'text'),
    ]) }},
    {{ plan_columns('plan_choice', 'indicator.value') }},
    {{ cast_columns([('note.footnote_marks', 'footnote_marks', 'text')]) }},
    {{ reported_columns('reported') }},
    {{ source_columns('indicator') }},
    {{ cast_columns([
        ('coalesce(series.series_break, false)', 'series_break', 'boolean'),
        ('series.series_break_kind', 'series_break_kind', 'text'),
        ('series.value_common', 'value_common', 'decimal(18, 6)'),
    ]) }},
    {{ observation_status_column(
        'indicator', "coverage.value_low = coverage.value_high and coverage.is_whole", 'passport.year_kind',
        'coalesce(series.series_break, false)'
    ) }}
from indicator
inner join passport
    on
        indicator.indicator_code = passport.indicator_code
        and indicator.version = passport.version
left join {{ ref('int_indicator_coverage') }} as coverage
    on
        indicator.indicator_code = coverage.indicator_code
        and indicator.year = coverage.year
        and indicator.territory_level = coverage.territory_level
        and indicator.territory_id = coverage.territory_id
left join {{ ref('int_coverage_text') }} as reason
    on
        indicator.indicator_code = reason.indicator_code
        and indicator.year = reason.year
        and indicator.territory_level = 'municipality'
        and indicator.territory_id = reason.municipality_id
left join {{ footnote_marks("note.place_level <> 'organisation'") }} as note
    on
        indicator.indicator_code = note.indicator_code
        and indicator.year = note.year
        and indicator.territory_id = note.place_id
left join territory
    on indicator.territory_id = territory.territory_id
left join {{ ref('int_municipality_year') }} as history
    on
        indicator.territory_id = history.municipality_id
        and indicator.year = history.year
left join reported
    on
        indicator.indicator_code = reported.indicator_code
        and indicator.year = reported.year
        and indicator.territory_level = reported.level
        and indicator.territory_id = reported.place_id
left join plan_choice
    on
        indicator.indicator_code = plan_choice.indicator_code
        and indicator.year = plan_choice.year
        and indicator.territory_level = plan_choice.place_level
        and indicator.territory_id = plan_choice.place_id
left join below_plan
    on
        indicator.indicator_code = below_plan.indicator_code
        and indicator.year = below_plan.year
        and indicator.territory_id = below_plan.territory_id
left join {{ ref('indicator_series_change') }} as series
    on
        indicator.indicator_code = series.indicator_code
        and indicator.year = series.year
        and indicator.territory_id = series.territory_id
