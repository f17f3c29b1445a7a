{# What an indicator is made of, for the passport of the year and for a later version computed over an earlier year. #}

{# The key of a series: a measure with its role, system and subject, where it has them. One text, so that series join by
   one column whichever of the three they lack; only a subject may have a dot in it, and it is the last. #}
{% macro series_key(measure, role=none, system=none, subject=none) -%}
    {%- set parts = [measure] -%}
    {%- for part in (role, system, subject) -%}
        {%- do parts.extend(["'.'", 'coalesce(' ~ part ~ ", '-')"] if part else ["'.-'"]) -%}
    {%- endfor -%}
    {{ dbt.concat(parts) }}
{%- endmacro %}

{# The key of a series that a model names itself. #}
{% macro series(measure, role=none, system=none) -%}
    '{{ [measure, role or '-', system or '-', '-'] | join('.') }}'
{%- endmacro %}

{# The key of the series that a component of a passport counts. #}
{% macro series_of(component) -%}
    {{ series_key(
        component ~ '.measure_code', component ~ '.role_code', component ~ '.system_code', component ~ '.subject_code'
    ) }}
{%- endmacro %}

{# The components of a passport that have a value, of each entity of a population. #}
{% macro component_rows(population) -%}
    select
        population.indicator_code,
        population.year,
        population.organisation_id,
        population.aggregation,
        component.side,
        component.priority,
        component.is_proxy,
        component.measure_code,
        component.role_code,
        component.system_code,
        measure_year.series_key,
        measure_year.year_kind,
        measure_year.is_cumulative,
        measure_year.value_low,
        measure_year.as_of_date,
        case
            when measure_year.value_low >= component.threshold then 1
            when measure_year.value_high < component.threshold then 0
        end as is_met
    from {{ population }} as population
    inner join {{ ref('stg_reference__passport_component') }} as component
        on
            population.indicator_code = component.indicator_code
            and population.version = component.version
    inner join {{ ref('int_measure_year') }} as measure_year
        on
            population.organisation_id = measure_year.entity_id
            and population.year = measure_year.year
            and population.year_kind = measure_year.year_kind
            and population.is_cumulative = measure_year.is_cumulative
            and {{ series_of('component') }} = measure_year.series_key
{%- endmacro %}

{# Components of one side and priority as one value: a sum, or «any of them» where organisations are counted. #}
{% macro combined_components(component) -%}
    select
        component.indicator_code,
        component.year,
        component.organisation_id,
        component.side,
        component.priority,
        component.is_proxy,
        min(component.measure_code) as measure_code,
        min(component.system_code) as system_code,
        max(component.as_of_date) as as_of_date,
        case
            when not {{ counts_organisations('min(component.aggregation)') }}
                then sum(component.value_low)
            when max(component.is_met) = 1 then 1
            when count(component.is_met) < count(*) then null
            else 0
        end as value
    from {{ component }} as component
    group by
        component.indicator_code, component.year, component.organisation_id,
        component.side, component.priority, component.is_proxy
{%- endmacro %}

{# The combined components with their place among the sources of a side: the first is the one that counts. #}
{% macro ranked_sides(combined) -%}
    select
        combined.*,
        row_number() over (
            partition by combined.indicator_code, combined.year, combined.organisation_id, combined.side
            order by combined.priority asc
        ) as choice
    from {{ combined }} as combined
{%- endmacro %}

{# The value of a territory from a numerator and a denominator of some set of its organisations, or from the worst or
   the best of them, which `extreme` holds with the sign of `sign_of_extreme`. #}
{% macro value_of_set(numerator, denominator, extreme, relation) -%}
    case
        when {{ takes_extreme(relation ~ '.aggregation') }}
            then cast({{ sign_of_extreme(relation ~ '.aggregation') }} * {{ extreme }} as decimal(18, 6))
        else {{ indicator_value(
            numerator,
            'case when ' ~ relation ~ '.has_denominator = 1 then ' ~ denominator ~ ' end',
            relation ~ '.unit', relation ~ '.aggregation'
        ) }}
    end
{%- endmacro %}

{# The best of a territory is the least of the values with their signs turned. #}
{% macro sign_of_extreme(aggregation) -%}
    case when {{ aggregation }} = 'maximum' then -1 else 1 end
{%- endmacro %}

{# The steps by which a value of the year before becomes that of the year, in their order: on each of them some numbers
   of some organisations turn from those of the year before into those of the year. #}
{% macro series_steps() -%}
    left same source denominator entered
{%- endmacro %}

{# Whether what turns on a step has turned by the end of another one. #}
{% macro has_turned(own_step, step) -%}
    {%- set steps = series_steps().split() -%}
    {{ own_step }} in ('{{ steps[:steps.index(step) + 1] | join("', '") }}')
{%- endmacro %}
