-- Grain: value_type × row_id: every fact that a document publishes, beside the computed one; of plans those that the
-- document itself contradicts, and those that cannot be read (the review list).

with published as (
    select
        value.*,
        -- Half of the last stated digit: «48,6» may stand for anything from 48,55 to 48,65.
        {{ stated_tolerance('value.value_text') }} as tolerance
    from {{ ref('int_published_value') }} as value
),

computed as (
    select
        place.indicator_code,
        place.year,
        place.place_level as level,
        place.place_id,
        place.value
    from {{ ref('int_indicator_place') }} as place
),

compared as (
    select
        published.*,
        contradiction.other_values,
        case when published.breakdown is null then computed.value else breakdown.value end as computed,
        coalesce(published.value_low, published.value_high) is not null
        and case when published.breakdown is null then published.is_comparable else breakdown.value is not null end
            as can_be_compared
    from published
    left join computed
        on
            published.indicator_code = computed.indicator_code
            and published.year = computed.year
            and published.level = computed.level
            and coalesce(published.entity_id, published.place_id) = computed.place_id
    left join {{ ref('int_breakdown_value') }} as breakdown
        on
            published.indicator_code = breakdown.indicator_code
            and published.year = breakdown.year
            and published.level = breakdown.level
            and published.place_id = breakdown.place_id
            and lower(published.breakdown) = lower(breakdown.breakdown)
            and case when {{ folded_unit('published.unit') }} = '%' then 'share' else 'number' end = breakdown.value_of
    left join {{ ref('int_contradiction') }} as contradiction
        on
            published.value_type = contradiction.value_type
            and published.row_id = contradiction.row_id
),

judged as (
    select
        compared.*,
        compared.computed - compared.value as difference,
        case
            when compared.value_kind in ('unreadable', 'yes_no', 'missing') then 'review'
            when compared.other_values is not null then 'contradiction'
            when compared.value_type = 'plan' then null
            when compared.computed is null or not compared.can_be_compared then 'not_computed'
            when compared.value_kind = 'at_least'
                then case when compared.computed >= compared.value - compared.tolerance then 'agrees' else 'differs' end
            when compared.value_kind = 'at_most'
                then case when compared.computed <= compared.value + compared.tolerance then 'agrees' else 'differs' end
            when compared.value_kind = 'range'
                then
                    case
                        when
                            compared.computed >= compared.value_low - compared.tolerance
                            and compared.computed <= compared.value_high + compared.tolerance
                            then 'agrees'
                        else 'differs'
                    end
            when abs(compared.computed - compared.value) <= compared.tolerance then 'agrees'
            else 'differs'
        end as verdict
    from compared
)

select
    {{ cast_columns([
        ('judged.value_type', 'value_type', 'text'),
        ('judged.row_id', 'row_id', 'text'),
        ('judged.indicator_code', 'indicator_code', 'text'),
        ('passport.title', 'indicator_title', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.position', 'indicator_position', 'integer'),
        ('passport.precision_digits', 'precision_digits', 'integer'),
        ('judged.year', 'year', 'integer'),
        ('judged.breakdown', 'breakdown', 'text'),
        ('judged.level', 'level', 'text'),
        ("case when judged.level <> 'organisation' then judged.place_id end", 'territory_id', 'text'),
        ('judged.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('coalesce(home.municipality, territory.municipality)', 'municipality', 'text'),
        ('judged.municipality_id', 'municipality_id', 'text'),
        ('judged.region_code', 'region_code', 'text'),
        ('judged.value_text', 'reported_text', 'text'),
        ('judged.unit', 'unit', 'text'),
        ('case when judged.is_comparable or judged.can_be_compared then judged.value end', 'reported', 'decimal(18, 6)'),
        ('judged.computed', 'computed', 'decimal(18, 6)'),
        ('case when judged.can_be_compared then judged.difference end', 'difference', 'decimal(18, 6)'),
        ('judged.tolerance', 'tolerance', 'decimal(18, 6)'),
        ('judged.verdict', 'verdict', 'text'),
        ('judged.other_values', 'other_values', 'text'),
        ('judged.document', 'document', 'text'),
        ('judged.clause', 'clause', 'text'),
    ]) }},
    {{ source_row_columns('judged') }}
from judged
left join {{ ref('int_organisation_home') }} as home
    on judged.organisation_id = home.organisation_id
left join {{ ref('int_territory') }} as territory
    on
        judged.municipality_id = territory.territory_id
        and territory.territory_level = 'municipality'
left join {{ ref('int_passport_year') }} as passport
    on
        judged.indicator_code = passport.indicator_code
        and judged.year = passport.year
where judged.verdict is not null
