-- Grain: plan row, with the place it is for, its comparable value, and its order among the plans of that place.

with placed as (
    select
        plan.*,
        case plan.level
            when 'organisation' then plan.organisation_id
            when 'municipality' then coalesce(municipality.municipality_id, plan.municipality_key, plan.territory_key)
            when 'region' then coalesce(plan.region_code, plan.territory_key)
            else 'RU'
        end as place_id,
        municipality.municipality_id,
        coalesce(plan.plan_low, plan.plan_high) as plan_value,
        coalesce(
            plan.unit is null
            or plan.unit = passport.unit
            or (passport.unit = '%' and lower(plan.unit) like 'проц%'),
            false
        ) as is_same_unit
    from {{ ref('stg_indicator_plan') }} as plan
    left join {{ ref('int_municipality') }} as municipality
        on coalesce(plan.municipality_key, plan.territory_key) = municipality.municipality_key
    left join (
        select distinct
            passport.indicator_code,
            passport.unit
        from {{ source('reference', 'indicator_passport') }} as passport
    ) as passport
        on plan.indicator_code = passport.indicator_code
),

home as (
    select
        placed.*,
        placed.is_same_unit and placed.plan_value is not null as is_comparable,
        coalesce(organisation.region_code, placed.region_code) as home_region_code
    from placed
    left join {{ ref('int_organisation_current') }} as organisation
        on placed.organisation_id = organisation.organisation_id
)

select
    home.row_id,
    home.indicator_code,
    home.year,
    home.level,
    home.place_id,
    home.organisation_id,
    case when home.level = 'federation' then null else home.home_region_code end as region_code,
    cast(home.plan_value as decimal(18, 6)) as plan,
    home.plan_low,
    home.plan_high,
    home.plan_kind,
    home.plan_text,
    home.plan_numerator,
    home.plan_denominator,
    home.unit,
    home.scope,
    home.document,
    home.document_date,
    home.clause,
    home.is_comparable,
    home.file_sha256,
    home.sheet,
    home.source_row,
    -- The latest document first (one without a date last), within a document the first line.
    row_number() over (
        partition by home.indicator_code, home.year, home.level, home.place_id, home.is_comparable
        order by
            coalesce(home.document_date, cast('0001-01-01' as date)) desc,
            home.document asc,
            home.source_row asc,
            home.load_sequence desc,
            home.row_id asc
    ) as plan_order
from home
