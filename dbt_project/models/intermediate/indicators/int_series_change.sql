-- Grain: indicator × year × territory whose series has a value of an earlier year: the change between the two,
-- in parts that add up to it exactly. Every organisation turns from the year before to the year on one step, the value
-- is computed after each of them, and a part is the difference of two neighbours (docs/decisions/0019).

{% set steps = series_steps().split() -%}
{% set sides = ('numerator', 'denominator') -%}
with summed as (
    select
        entity.indicator_code,
        entity.year,
        entity.territory_id,
        sum(case when entity.membership = 'same' then entity.is_organisation else 0 end) as organisations_common,
        sum(case when entity.membership = 'entered' then entity.is_organisation else 0 end) as organisations_entered,
        sum(case when entity.membership = 'left' then entity.is_organisation else 0 end) as organisations_left,
        max(entity.is_told_twice) as has_common,
        max(entity.was_reported) as was_reported,
        max(1 - entity.is_organisation) as has_whole,
        max(case when coalesce(entity.denominator_previous, entity.denominator) is not null then 1 else 0 end)
            as has_denominator,
        {% for side in sides -%}
            coalesce(sum(entity.{{ side }}_previous), 0) as {{ side }}_previous,
            coalesce(sum(entity.{{ side }}), 0) as {{ side }},
            coalesce(sum(case when entity.membership = 'same' then entity.{{ side }}_previous end), 0)
                as {{ side }}_common_previous,
            coalesce(sum(case when entity.membership = 'same' then entity.{{ side }} end), 0) as {{ side }}_common,
            {% for step in steps -%}
                sum(
                    case
                        when entity.{{ side }}_step = '{{ step }}'
                            then coalesce(entity.{{ side }}, 0) - coalesce(entity.{{ side }}_previous, 0)
                        else 0
                    end
                ) as {{ side }}_{{ step }},
            {% endfor -%}
        {% endfor -%}
        min(case when entity.membership = 'same' then entity.extreme_previous end) as extreme_common_previous,
        min(case when entity.membership = 'same' then entity.extreme end) as extreme_common,
        min(entity.extreme_previous) as extreme_previous,
        {% for step in steps -%}
            min(
                case
                    when {{ has_turned('entity.numerator_step', step) }} then entity.extreme
                    else entity.extreme_previous
                end
            ) as extreme_{{ step }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_series_entity') }} as entity
    group by entity.indicator_code, entity.year, entity.territory_id
),

-- People of two schools count once in a territory: what the schools have above it is taken off as one number, which
-- turns with the same organisations. For all else it is nought.
corrected as (
    select
        pair.*,
        summed.organisations_common,
        summed.organisations_entered,
        summed.organisations_left,
        summed.has_common,
        summed.was_reported,
        summed.has_whole,
        summed.has_denominator,
        {% for side in sides -%}
            summed.{{ side }}_previous as {{ side }}_sum_previous,
            summed.{{ side }}_common_previous,
            summed.{{ side }}_common,
            {% for step in steps -%}
                summed.{{ side }}_{{ step }},
            {% endfor -%}
        {% endfor -%}
        summed.extreme_common_previous,
        summed.extreme_common,
        summed.extreme_previous,
        {% for step in steps -%}
            summed.extreme_{{ step }},
        {% endfor -%}
        coalesce(pair.numerator, 0) - summed.numerator as correction,
        case
            when pair.version = pair.previous_version
                then coalesce(pair.numerator_previous, 0) - summed.numerator_previous
            else coalesce(pair.numerator, 0) - summed.numerator
        end as correction_previous
    from {{ ref('int_series_pair') }} as pair
    left join summed
        on
            pair.indicator_code = summed.indicator_code
            and pair.year = summed.year
            and pair.territory_id = summed.territory_id
),

valued as (
    select
        corrected.*,
        {{ value_of_set(
            'corrected.numerator_sum_previous + corrected.correction_previous', 'corrected.denominator_sum_previous',
            'corrected.extreme_previous', 'corrected'
        ) }} as value_by_version,
        {% for step in steps[:-1] -%}
            {% set done = steps[:loop.index] -%}
            {{ value_of_set(
                'corrected.numerator_sum_previous + corrected.numerator_' ~ done | join(' + corrected.numerator_')
                ~ (' + corrected.correction' if 'same' in done else ' + corrected.correction_previous'),
                'corrected.denominator_sum_previous + corrected.denominator_'
                ~ done | join(' + corrected.denominator_'),
                'corrected.extreme_' ~ step, 'corrected'
            ) }} as value_{{ step }},
        {% endfor -%}
        {{ value_of_set(
            'corrected.numerator_common_previous + corrected.correction_previous',
            'corrected.denominator_common_previous', 'corrected.extreme_common_previous', 'corrected'
        ) }} as common_previous,
        {{ value_of_set(
            'corrected.numerator_common + corrected.correction', 'corrected.denominator_common',
            'corrected.extreme_common', 'corrected'
        ) }} as common
    from corrected
),

-- The value after each step; a step that leaves nobody to count changes nothing, and the next one has it all. Where the
-- new version finds nothing in the year before, all of the change is the version's.
chained as (
    select
        stepped.*,
        case
            when stepped.version = stepped.previous_version then stepped.value_previous
            when stepped.is_unbridged then stepped.value
            else stepped.value_by_version
        end as value_passport
    from (
        select
            valued.*,
            valued.version <> valued.previous_version
            and (valued.has_whole = 1 or valued.was_reported = 0 or valued.value_by_version is null) as is_unbridged
        from valued
    ) as stepped
),

computed as (
    select
        chained.indicator_code,
        chained.year,
        chained.territory_level,
        chained.territory_id,
        chained.version,
        chained.previous_year,
        chained.value_previous,
        chained.value,
        {% set values = ['chained.value_passport'] -%}
        {% for step in steps[:-1] -%}
            {% do values.insert(0, 'chained.value_' ~ step) -%}
            {% if loop.first %}chained.value_passport - chained.value_previous as part_passport,{% endif %}
            case
                when chained.is_unbridged then 0
                else coalesce({{ values | join(', ') }}) - coalesce({{ values[1:] | join(', ') }})
            end as part_{{ step }},
        {% endfor -%}
        case
            when chained.is_unbridged then 0
            else chained.value - coalesce({{ values | join(', ') }})
        end as part_entered,
        cast(0 as decimal(18, 6)) as part_not_split,
        case when chained.has_common = 1 and not chained.is_unbridged then chained.common_previous end
            as value_common_previous,
        case when chained.has_common = 1 and not chained.is_unbridged then chained.common end as value_common,
        {% for kind in ('common', 'entered', 'left') -%}
            case when chained.is_unbridged then 0 else chained.organisations_{{ kind }} end as organisations_{{ kind }},
        {% endfor -%}
        case when chained.is_unbridged then 'other_version' end as not_split_reason
    from chained
),

-- A document that prints the number of a territory says nothing of its organisations.
printed as (
    select
        reported.indicator_code,
        reported.year,
        reported.level as territory_level,
        reported.place_id as territory_id,
        passport.version,
        reported.reported as value,
        lag(reported.year) over neighbours as previous_year,
        lag(reported.reported) over neighbours as value_previous,
        lag(passport.version) over neighbours as previous_version
    from {{ ref('int_reported') }} as reported
    inner join {{ ref('int_passport_year') }} as passport
        on
            reported.indicator_code = passport.indicator_code
            and reported.year = passport.year
            and passport.aggregation = 'published'
    where reported.level <> 'organisation' and reported.reported is not null
    window
        neighbours as (
            partition by reported.indicator_code, reported.level, reported.place_id
            order by reported.year asc
        )
),

change as (
    select computed.*
    from computed
    union all
    select
        printed.indicator_code,
        printed.year,
        printed.territory_level,
        printed.territory_id,
        printed.version,
        printed.previous_year,
        printed.value_previous,
        printed.value,
        case when printed.version <> printed.previous_version then printed.value - printed.value_previous else 0 end
            as part_passport,
        {% for step in steps -%}
            cast(0 as decimal(18, 6)) as part_{{ step }},
        {% endfor -%}
        case when printed.version <> printed.previous_version then 0 else printed.value - printed.value_previous end
            as part_not_split,
        cast(null as decimal(18, 6)) as value_common_previous,
        cast(null as decimal(18, 6)) as value_common,
        cast(0 as bigint) as organisations_common,
        cast(0 as bigint) as organisations_entered,
        cast(0 as bigint) as organisations_left,
        'published' as not_split_reason
    from printed
    where printed.previous_year is not null
),

{% set causes = ('passport', 'source', 'denominator', 'left', 'entered') -%}
weighed as (
    select
        change.*,
        passport.title,
        passport.short_title,
        passport.position,
        passport.unit,
        passport.precision_digits,
        passport.break_threshold * abs(change.value) as bound,
        greatest(
            {% for cause in causes -%}
                abs(change.part_{{ cause }}){% if not loop.last %},{% endif %}
            {% endfor %}
        ) as largest
    from change
    inner join {{ ref('stg_reference__indicator_passport') }} as passport
        on
            change.indicator_code = passport.indicator_code
            and change.version = passport.version
)

select
    weighed.*,
    weighed.largest > weighed.bound as series_break,
    case
        when weighed.largest <= weighed.bound then null
        {% for cause in causes -%}
            when abs(weighed.part_{{ cause }}) = weighed.largest then '{{ cause }}'
        {% endfor -%}
    end as series_break_kind
from weighed
