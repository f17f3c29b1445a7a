-- Changes between neighbouring years, in the parts that the models give: schools that are silent in one of the two years
-- leave or enter, those of another system change their source, all others are the same.
create temp table series_change as
with member as (
    select
        indicator_code, year, number, numerator, denominator,
        system_of(source_system, municipality_number, year) as system_code,
        unnest([municipality_id, region_code, 'RU']) as territory_id
    from fact
),

moved as (
    select
        now.*,
        former.numerator as former_numerator,
        former.denominator as former_denominator,
        case
            when now.numerator is null and former.numerator is not null then 'left'
            when now.numerator is not null and former.numerator is null then 'entered'
            else 'same'
        end as membership,
        coalesce(now.system_code <> former.system_code, false) as has_other_source
    from member as now
    inner join member as former
        on now.indicator_code = former.indicator_code
        and now.territory_id = former.territory_id
        and now.number = former.number
        and now.year = former.year + 1
),

-- A school turns on one step: those that left first, those that entered last, a changed source between.
summed as (
    select
        indicator_code, year, territory_id,
        count(*) filter (membership = 'same') as organisations_common,
        count(*) filter (membership = 'entered') as organisations_entered,
        count(*) filter (membership = 'left') as organisations_left,
        share_of(sum(former_numerator), sum(former_denominator)) as value_previous,
        share_of(
            sum(case when membership <> 'left' then former_numerator end),
            sum(case when membership = 'left' then denominator else former_denominator end)
        ) as value_left,
        share_of(
            sum(case
                when membership = 'left' then null
                when membership = 'same' and not has_other_source then numerator
                else former_numerator
            end),
            sum(case when membership = 'entered' then former_denominator else denominator end)
        ) as value_same,
        share_of(
            sum(case when membership = 'same' then numerator end),
            sum(case when membership = 'entered' then former_denominator else denominator end)
        ) as value_source,
        share_of(sum(numerator), sum(denominator)) as value,
        share_of(
            sum(former_numerator) filter (membership = 'same'), sum(former_denominator) filter (membership = 'same')
        ) as value_common_previous,
        share_of(sum(numerator) filter (membership = 'same'), sum(denominator) filter (membership = 'same'))
            as value_common
    from moved
    group by all
),

split as (
    select
        * exclude (value_left, value_same, value_source),
        value - value_previous as change,
        value_left - value_previous as part_left,
        value_same - value_left as part_same_organisations,
        value_source - value_same as part_source,
        value - value_source as part_entered
    from (
        select * replace (
            coalesce(value_left, value_previous) as value_left,
            coalesce(value_same, value_left, value_previous) as value_same,
            coalesce(value_source, value_same, value_left, value_previous) as value_source
        )
        from summed
        where value is not null and value_previous is not null
    )
),

weighed as (
    select *, greatest(abs(part_left), abs(part_source), abs(part_entered)) as largest from split
)

select
    * exclude (largest),
    largest > abs(value) / 10 as series_break,
    case
        when largest <= abs(value) / 10 then null
        when largest = abs(part_source) then 'source'
        when largest = abs(part_left) then 'left'
        else 'entered'
    end as series_break_kind
from weighed;

insert into marts.indicator_series_change by name
select
    series_change.*,
    series_change.year - 1 as previous_year,
    passport.indicator_title,
    passport.indicator_short_title,
    passport.indicator_position,
    passport.indicator_version,
    passport.precision_digits,
    passport.unit,
    territory.territory_level,
    territory.territory_name,
    territory.municipality,
    territory.municipality_id,
    territory.region,
    territory.region_code,
    0 as part_passport,
    0 as part_denominator,
    0 as part_not_split,
    getvariable('release_id') as release_id
from series_change
inner join passport on series_change.indicator_code = passport.indicator_code
inner join marts.dim_territory as territory on series_change.territory_id = territory.territory_id;
