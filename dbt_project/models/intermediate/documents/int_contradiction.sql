-- Grain: published value (value_type × row_id) that another one of the same document contradicts, and the other's
-- words. Two values of one indicator, year, place and unit that differ; or two parts of a document that measure the
-- same thing (passport.same_as) and do not stand in one proportion over the years: no denominator makes both right.

with published as (
    select
        value.*,
        coalesce(value.value_low, value.value_high) as number,
        lower(coalesce(value.breakdown, '-')) as part,
        lower(coalesce(value.unit, '-')) as written_unit
    from {{ ref('int_published_value') }} as value
    where coalesce(value.value_low, value.value_high) is not null
),

differing as (
    select
        published.value_type,
        published.row_id,
        other.value_text,
        other.clause
    from published
    inner join published as other
        on
            published.value_type = other.value_type
            and published.indicator_code = other.indicator_code
            and published.year = other.year
            and published.level = other.level
            and published.place_id = other.place_id
            and published.document = other.document
            and published.part = other.part
            and published.written_unit = other.written_unit
            and published.number <> other.number
),

pair as (
    select
        first_part.value_type,
        first_part.row_id as first_row_id,
        other_part.row_id as other_row_id,
        first_part.value_text as first_text,
        other_part.value_text as other_text,
        first_part.clause as first_clause,
        other_part.clause as other_clause,
        first_part.indicator_code,
        other_part.indicator_code as other_code,
        first_part.municipality_id,
        first_part.number / other_part.number as proportion
    from published as first_part
    inner join (
        select distinct
            passport.indicator_code,
            passport.same_as
        from {{ ref('stg_reference__indicator_passport') }} as passport
        where passport.same_as is not null
    ) as twin
        on first_part.indicator_code = twin.indicator_code
    inner join published as other_part
        on
            twin.same_as = other_part.indicator_code
            and first_part.value_type = other_part.value_type
            and first_part.year = other_part.year
            and first_part.municipality_id = other_part.municipality_id
    where first_part.number <> 0 and other_part.number <> 0
),

spread as (
    select
        pair.value_type,
        pair.indicator_code,
        pair.other_code,
        pair.municipality_id
    from pair
    group by pair.value_type, pair.indicator_code, pair.other_code, pair.municipality_id
    -- Rounding moves a proportion by a few per cent.
    having max(pair.proportion) > min(pair.proportion) * 1.05
),

disproportionate as (
    select pair.*
    from pair
    inner join spread
        on
            pair.value_type = spread.value_type
            and pair.indicator_code = spread.indicator_code
            and pair.other_code = spread.other_code
            and pair.municipality_id = spread.municipality_id
),

found as (
    select
        differing.value_type,
        differing.row_id,
        differing.value_text,
        differing.clause
    from differing
    union all
    select
        disproportionate.value_type,
        disproportionate.first_row_id as row_id,
        disproportionate.other_text as value_text,
        disproportionate.other_clause as clause
    from disproportionate
    union all
    select
        disproportionate.value_type,
        disproportionate.other_row_id as row_id,
        disproportionate.first_text as value_text,
        disproportionate.first_clause as clause
    from disproportionate
)

select
    found.value_type,
    found.row_id,
    {{ text_list(dbt.concat(["coalesce(found.value_text, '')", "' — '", "coalesce(found.clause, '')"])) }}
        as other_values
from found
group by found.value_type, found.row_id
