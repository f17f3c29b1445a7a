-- Grain: indicator × year × entity of the population, in every region that has data, a plan or a published fact for the
-- year; of an indicator that no export measures, the entities that some document names.

with published as (
    select distinct
        value.indicator_code,
        value.year,
        value.region_code
    from {{ ref('int_published_value') }} as value
),

scope as (
    select
        population.indicator_code,
        population.year,
        population.region_code
    from {{ ref('int_indicator_population') }} as population
    inner join {{ ref('int_indicator_side') }} as side
        on
            population.indicator_code = side.indicator_code
            and population.year = side.year
            and population.organisation_id = side.organisation_id
            and side.side = 'numerator'
    union
    select
        population.indicator_code,
        population.year,
        population.region_code
    from {{ ref('int_indicator_population') }} as population
    inner join published
        on
            population.indicator_code = published.indicator_code
            and population.year = published.year
            and (population.region_code = published.region_code or published.region_code is null)
),

scoped as (
    select scope.*
    from scope
    inner join {{ ref('int_passport_year') }} as passport
        on
            scope.indicator_code = passport.indicator_code
            and scope.year = passport.year
    where
        passport.computed_where = 'everywhere'
        or exists (
            select 1
            from published
            where
                published.indicator_code = scope.indicator_code
                and (published.region_code = scope.region_code or published.region_code is null)
        )
),

-- What no row means for an indicator: unknown when any of its own sources reports states, else nothing happened.
absence as (
    select
        component.indicator_code,
        component.version,
        min(measure.absence) as absence,
        min(measure.list_kind) as list_kind
    from {{ ref('stg_reference__passport_component') }} as component
    inner join {{ ref('stg_reference__measure') }} as measure
        on component.measure_code = measure.measure_code
    where component.side = 'numerator' and component.priority = 1
    group by component.indicator_code, component.version
),

sided as (
    select
        population.indicator_code,
        population.version,
        population.unit,
        population.precision_digits,
        population.direction,
        population.aggregation,
        population.year,
        population.organisation_id,
        population.municipality_id,
        population.region_code,
        numerator.value as numerator,
        case
            when {{ counts_organisations('population.aggregation') }}
                then cast(1 as decimal(18, 6))
            else denominator.value
        end as denominator,
        numerator.indicator_code is not null as is_reported,
        coalesce(numerator.is_undecided, false) as is_undecided,
        absence.absence = 'zero' as is_zero_when_absent,
        absence.list_kind is null or list.kind is not null as is_listed,
        coalesce(numerator.is_proxy, false)
        or (numerator.indicator_code is not null and coalesce(denominator.is_proxy, false)) as is_proxy,
        numerator.measure_code,
        numerator.system_code,
        numerator.as_of_date,
        numerator.priority as numerator_priority,
        denominator.priority as denominator_priority
    from {{ ref('int_indicator_population') }} as population
    inner join scoped
        on
            population.indicator_code = scoped.indicator_code
            and population.year = scoped.year
            and population.region_code = scoped.region_code
    left join {{ ref('int_indicator_side') }} as numerator
        on
            population.indicator_code = numerator.indicator_code
            and population.year = numerator.year
            and population.organisation_id = numerator.organisation_id
            and numerator.side = 'numerator'
    left join {{ ref('int_indicator_side') }} as denominator
        on
            population.indicator_code = denominator.indicator_code
            and population.year = denominator.year
            and population.organisation_id = denominator.organisation_id
            and denominator.side = 'denominator'
    left join absence
        on
            population.indicator_code = absence.indicator_code
            and population.version = absence.version
    left join {{ ref('int_list_received') }} as list
        on
            absence.list_kind = list.kind
            and coalesce(population.municipality_id, population.region_code) = list.place_id
            and population.year <= list.last_year
),

-- «None» of an organisation whose territory's list has not come is not zero: nobody has said so yet.
assembled as (
    select
        sided.indicator_code,
        sided.version,
        sided.unit,
        sided.precision_digits,
        sided.direction,
        sided.aggregation,
        sided.year,
        sided.organisation_id,
        sided.municipality_id,
        sided.region_code,
        case when sided.numerator <> 0 or sided.is_listed then sided.numerator end as numerator,
        sided.denominator,
        sided.is_reported and (sided.is_undecided or sided.numerator <> 0 or sided.is_listed) as is_reported,
        sided.is_undecided,
        case
            when sided.numerator is not null then sided.numerator = 0 and not sided.is_listed
            else sided.is_reported or not (sided.is_zero_when_absent and sided.is_listed)
        end as is_unknown,
        sided.is_proxy,
        sided.measure_code,
        sided.system_code,
        sided.as_of_date,
        sided.numerator_priority,
        sided.denominator_priority
    from sided
    union all
    select
        {{ passport_of_year() }},
        organisation.year,
        organisation.organisation_id,
        organisation.municipality_id,
        organisation.region_code,
        cast(null as decimal(18, 6)) as numerator,
        cast(null as decimal(18, 6)) as denominator,
        false as is_reported,
        false as is_undecided,
        false as is_unknown,
        false as is_proxy,
        cast(null as {{ dbt.type_string() }}) as measure_code,
        cast(null as {{ dbt.type_string() }}) as system_code,
        cast(null as date) as as_of_date,
        cast(null as integer) as numerator_priority,
        cast(null as integer) as denominator_priority
    from (
        select distinct
            value.indicator_code,
            value.year,
            value.entity_id
        from {{ ref('int_published_value') }} as value
        where value.level = 'organisation'
    ) as named
    inner join {{ ref('int_passport_year') }} as passport
        on
            named.indicator_code = passport.indicator_code
            and named.year = passport.year
            and passport.aggregation = 'published'
    inner join {{ ref('int_organisation_year') }} as organisation
        on
            named.entity_id = organisation.organisation_id
            and named.year = organisation.year
)

select
    assembled.*,
    {{ indicator_value('assembled.numerator', 'assembled.denominator', 'assembled.unit', 'assembled.aggregation') }}
        as value
from assembled
