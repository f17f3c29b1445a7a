-- Grain: indicator × year × territory × entity that the value of the year or of its neighbour before counts: what it
-- gives to both, and on which step its numerator and its denominator turn from the one into the other.
-- A school that closed is one with its successor. Where either year has a row of the municipality as a whole, the
-- municipality is the entity: nobody knows what its organisations gave.

{{ config(materialized='view') }}

-- Versions by which an organisation that is not told of is unknown; by others it has none.
with told as (
    select distinct
        component.indicator_code,
        component.version
    from {{ ref('stg_reference__passport_component') }} as component
    inner join {{ ref('stg_reference__measure') }} as catalogue
        on component.measure_code = catalogue.measure_code
    where component.side = 'numerator' and component.priority = 1 and catalogue.absence = 'unknown'
),

successor as (
    select
        successor.entity_id,
        successor.year,
        successor.successor_id
    from {{ ref('int_successor') }} as successor
    where successor.successor_id <> successor.entity_id
),

side_of_pair as (
    {% for is_current, year in ((1, 'pair.year'), (0, 'pair.previous_year')) -%}
        select
            pair.indicator_code,
            pair.year,
            pair.previous_year,
            pair.territory_id,
            pair.aggregation,
            told.indicator_code is not null as tells_states,
            {{ is_current }} as is_current,
            {{ year }} as member_year,
            {{ 'false' if is_current else 'pair.version <> pair.previous_version' }} as is_by_later_version
        from {{ ref('int_series_pair') }} as pair
        left join told
            on
                pair.indicator_code = told.indicator_code
                and pair.version = told.version
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

member as (
    {% for relation, is_overlap in ((ref('int_territory_member'), false), (ref('int_series_overlap'), true)) -%}
        select
            side_of_pair.*,
            member.organisation_id,
            member.municipality_id,
            case
                when side_of_pair.aggregation <> 'ratio_of_sums' or member.denominator is not null then member.numerator
            end as numerator,
            member.denominator,
            {{ sign_of_extreme('side_of_pair.aggregation') }} * member.value as extreme,
            side_of_pair.aggregation <> 'ratio_of_sums' or member.denominator is not null as is_present,
            member.is_reported,
            {{ 'member.is_reported or not side_of_pair.tells_states' if is_overlap else 'not member.is_unknown' }}
                as is_told,
            case
                when member.organisation_id is null then 'whole'
                when member.numerator is not null
                    then {{ dbt.concat([
                        'cast(member.numerator_priority as ' ~ dbt.type_string() ~ ')',
                        "coalesce(member.system_code, '-')",
                    ]) }}
            end as numerator_source,
            member.denominator_priority
        from side_of_pair
        inner join {{ relation }} as member
            on
                side_of_pair.indicator_code = member.indicator_code
                and side_of_pair.member_year = member.year
                and side_of_pair.territory_id = member.territory_id
        where {{ '' if is_overlap else 'not ' }}side_of_pair.is_by_later_version
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

named as (
    select
        member.*,
        case
            when whole.municipality_id is not null or former_whole.municipality_id is not null
                then {{ dbt.concat(["'whole/'", 'member.municipality_id']) }}
            else coalesce(successor.successor_id, member.organisation_id)
        end as entity_id,
        case when whole.municipality_id is not null or former_whole.municipality_id is not null then 0 else 1 end
            as is_organisation
    from member
    left join successor
        on
            member.organisation_id = successor.entity_id
            and member.year = successor.year
    left join {{ ref('int_territory_side') }} as whole
        on
            member.indicator_code = whole.indicator_code
            and member.year = whole.year
            and member.municipality_id = whole.municipality_id
    left join {{ ref('int_territory_side') }} as former_whole
        on
            member.indicator_code = former_whole.indicator_code
            and member.previous_year = former_whole.year
            and member.municipality_id = former_whole.municipality_id
),

{% set now = 'named.is_current = 1' -%}
{% set then = 'named.is_current = 0' -%}
paired as (
    select
        named.indicator_code,
        named.year,
        named.territory_id,
        named.entity_id,
        min(named.is_organisation) as is_organisation,
        sum(case when {{ then }} then named.numerator end) as numerator_previous,
        sum(case when {{ now }} then named.numerator end) as numerator,
        sum(case when {{ then }} then named.denominator end) as denominator_previous,
        sum(case when {{ now }} then named.denominator end) as denominator,
        min(case when {{ then }} then named.extreme end) as extreme_previous,
        min(case when {{ now }} then named.extreme end) as extreme,
        max(case when {{ then }} then 1 else 0 end) as was_present,
        max(case when {{ now }} then 1 else 0 end) as is_present,
        max(case when {{ then }} and named.is_told then 1 else 0 end) as was_told,
        max(case when {{ now }} and named.is_told then 1 else 0 end) as is_told,
        max(case when {{ then }} and named.is_reported then 1 else 0 end) as was_reported,
        min(case when {{ then }} then named.numerator_source end) as first_source_previous,
        min(case when {{ now }} then named.numerator_source end) as first_source,
        max(case when {{ then }} then named.numerator_source end) as last_source_previous,
        max(case when {{ now }} then named.numerator_source end) as last_source,
        min(case when {{ then }} then named.denominator_priority end) as first_denominator_previous,
        min(case when {{ now }} then named.denominator_priority end) as first_denominator,
        max(case when {{ then }} then named.denominator_priority end) as last_denominator_previous,
        max(case when {{ now }} then named.denominator_priority end) as last_denominator
    from named
    where named.is_present
    group by named.indicator_code, named.year, named.territory_id, named.entity_id
),

-- Who is told of in one year alone has entered or left, also with a denominator that counted without a numerator.
classed as (
    select
        paired.*,
        case
            when paired.was_told = 1 and paired.is_told = 1 then 'same'
            when paired.is_told = 1 then 'entered'
            when paired.was_told = 1 then 'left'
            when paired.was_present = 1 and paired.is_present = 1 then 'same'
            when paired.is_present = 1 then 'entered'
            else 'left'
        end as membership,
        coalesce(paired.first_source <> paired.first_source_previous, false)
        or coalesce(paired.last_source <> paired.last_source_previous, false) as has_other_source,
        coalesce(paired.first_denominator <> paired.first_denominator_previous, false)
        or coalesce(paired.last_denominator <> paired.last_denominator_previous, false) as has_other_denominator
    from paired
)

select
    classed.indicator_code,
    classed.year,
    classed.territory_id,
    classed.entity_id,
    classed.is_organisation,
    classed.membership,
    classed.was_reported,
    classed.was_told * classed.is_told as is_told_twice,
    classed.numerator_previous,
    classed.numerator,
    classed.denominator_previous,
    classed.denominator,
    classed.extreme_previous,
    classed.extreme,
    case
        when classed.membership = 'same' and classed.has_other_source then 'source'
        else classed.membership
    end as numerator_step,
    case
        when classed.membership = 'same' and classed.has_other_denominator then 'denominator'
        else classed.membership
    end as denominator_step
from classed
