-- Grain: indicator × year × municipality: the sum that exports give of the municipality as a whole. It stands for its
-- organisations' own rows, which are part of it (a contract like that of sites, settled question 7).

with snapshot as (
    select
        measure.municipality_key,
        measure.fact_year as year,
        measure.measure_code,
        measure.subject_code,
        measure.period_end,
        sum(measure.value_low) as value
    from {{ ref('int_measure') }} as measure
    inner join {{ source('reference', 'measure') }} as catalogue
        on
            measure.measure_code = catalogue.measure_code
            and catalogue.time_rule = 'snapshot'
    where measure.organisation_id is null
    group by
        measure.municipality_key, measure.fact_year, measure.measure_code, measure.subject_code, measure.period_end
),

ranked as (
    select
        snapshot.*,
        row_number() over (
            partition by snapshot.municipality_key, snapshot.year, snapshot.measure_code, snapshot.subject_code
            order by snapshot.period_end desc
        ) as recency
    from snapshot
),

measured as (
    select
        ranked.municipality_key,
        ranked.year,
        'calendar' as year_kind,
        'none' as cumulation,
        ranked.measure_code,
        ranked.subject_code,
        ranked.value,
        ranked.period_end as as_of_date
    from ranked
    where ranked.recency = 1
    union all
    select
        flow.municipality_key,
        flow.year,
        flow.year_kind,
        flow.cumulation,
        flow.measure_code,
        flow.subject_code,
        flow.value,
        flow.as_of_date
    from {{ ref('int_measure_flow') }} as flow
    where flow.municipality_key is not null
)

select
    passport.indicator_code,
    passport.version,
    passport.unit,
    passport.precision_digits,
    passport.direction,
    passport.aggregation,
    cast(measured.year as integer) as year,
    municipality.municipality_id,
    municipality.region_code,
    min(measured.measure_code) as measure_code,
    cast(sum(measured.value) as decimal(18, 6)) as numerator,
    max(measured.as_of_date) as as_of_date
from {{ source('reference', 'indicator_passport') }} as passport
inner join {{ source('reference', 'passport_component') }} as component
    on
        passport.indicator_code = component.indicator_code
        and passport.version = component.version
        and passport.aggregation = 'sum'
        and component.side = 'numerator'
        and component.priority = 1
inner join measured
    on
        component.measure_code = measured.measure_code
        and coalesce(component.subject_code, '-') = measured.subject_code
        and passport.year_kind = measured.year_kind
        and case when passport.cumulative = 'sum_to_date' then 'to_date' else 'none' end = measured.cumulation
        and measured.year >= coalesce(passport.valid_from_year, measured.year)
        and measured.year <= coalesce(passport.valid_to_year, measured.year)
inner join {{ ref('int_municipality') }} as municipality
    on measured.municipality_key = municipality.municipality_key
where
    passport.computed_where = 'everywhere'
    or exists (
        select 1
        from {{ ref('int_published_value') }} as value
        where
            value.indicator_code = passport.indicator_code
            and (value.region_code = municipality.region_code or value.region_code is null)
    )
group by
    passport.indicator_code, passport.version, passport.unit, passport.precision_digits, passport.direction,
    passport.aggregation, measured.year, municipality.municipality_id, municipality.region_code
