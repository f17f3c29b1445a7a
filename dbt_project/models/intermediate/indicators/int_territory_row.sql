-- Grain: indicator × year × municipality × row that exports give of the municipality as a whole, and why an earlier
-- snapshot does not count.

with snapshot as (
    select
        measure.municipality_key,
        measure.fact_year as year,
        'calendar' as year_kind,
        false as is_cumulative,
        measure.kind,
        measure.series_key,
        measure.measure_code,
        measure.value_low as value,
        measure.period_end,
        measure.row_id,
        dense_rank() over (
            partition by measure.municipality_key, measure.fact_year, measure.series_key
            order by measure.period_end desc
        ) as recency
    from {{ ref('int_measure') }} as measure
    inner join {{ ref('stg_reference__measure') }} as catalogue
        on
            measure.measure_code = catalogue.measure_code
            and catalogue.time_rule = 'snapshot'
    where measure.organisation_id is null
),

measured as (
    select
        snapshot.municipality_key,
        snapshot.year,
        snapshot.year_kind,
        snapshot.is_cumulative,
        snapshot.kind,
        snapshot.series_key,
        snapshot.measure_code,
        snapshot.value,
        snapshot.period_end,
        snapshot.row_id,
        case when snapshot.recency > 1 then 'not_last' end as exclusion
    from snapshot
    union all
    select
        flow.municipality_key,
        flow.year,
        flow.year_kind,
        flow.is_cumulative,
        flow.kind,
        flow.series_key,
        flow.measure_code,
        flow.value,
        flow.period_end,
        flow.row_id,
        cast(null as {{ dbt.type_string() }}) as exclusion
    from {{ ref('int_flow_row') }} as flow
    where flow.municipality_key is not null
)

select
    {{ passport_of_year() }},
    cast(measured.year as integer) as year,
    municipality.municipality_id,
    municipality.region_code,
    measured.kind,
    measured.series_key,
    measured.measure_code,
    measured.value,
    measured.period_end as day,
    measured.row_id,
    measured.exclusion
from {{ ref('int_passport_year') }} as passport
inner join {{ ref('stg_reference__passport_component') }} as component
    on
        passport.indicator_code = component.indicator_code
        and passport.version = component.version
        and passport.aggregation = 'sum'
        and component.side = 'numerator'
        and component.priority = 1
inner join measured
    on
        {{ series_of('component') }} = measured.series_key
        and passport.year_kind = measured.year_kind
        and passport.is_cumulative = measured.is_cumulative
        and passport.year = measured.year
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
