-- Grain: row of a document's plans or facts: what it says, of which place, and whether it can be compared with the
-- passport's unit. Units of one kind are converted (млн руб. to руб.); a unit of its own stays as it is.

with written as (
    {% for kind, prefix, value_type in (('indicator_plan', 'plan', 'plan'), ('indicator_reported', 'fact', 'fact')) -%}
        select
            '{{ value_type }}' as value_type,
            row_id,
            indicator_code,
            year,
            {{ prefix }}_low as value_low,
            {{ prefix }}_high as value_high,
            {{ prefix }}_kind as value_kind,
            {{ prefix }}_text as value_text,
            {{ prefix }}_numerator as value_numerator,
            {{ prefix }}_denominator as value_denominator,
            unit,
            breakdown,
            scope,
            document,
            document_date,
            clause,
            level,
            territory_key,
            region_code,
            municipality_key,
            municipality,
            region,
            organisation_id,
            entity_id,
            file_sha256,
            sheet,
            source_row,
            load_sequence
        from {{ ref('stg_' ~ kind) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

unit_spelling as (
    select *
    from {{ ref('stg_reference__unit_spelling') }}
),

passport as (
    select
        indicator.indicator_code,
        max(indicator.unit) as unit,
        max(coalesce(unit_spelling.unit, indicator.unit)) as base_unit,
        max(coalesce(unit_spelling.factor, 1)) as factor,
        max(case when indicator.plan_accumulates then 1 else 0 end) as plan_accumulates
    from {{ ref('stg_reference__indicator_passport') }} as indicator
    left join unit_spelling
        on {{ folded_unit('indicator.unit') }} = unit_spelling.spelling
    group by indicator.indicator_code
),

placed as (
    select
        written.*,
        case written.level
            when 'organisation' then written.organisation_id
            when 'municipality'
                then coalesce(municipality.municipality_id, written.municipality_key, written.territory_key)
            when 'region' then coalesce(written.region_code, written.territory_key)
            else 'RU'
        end as place_id,
        coalesce(home.municipality_id, municipality.municipality_id) as municipality_id,
        coalesce(home.region_code, written.region_code) as home_region_code,
        passport.plan_accumulates,
        -- What «6/18» means is a share whatever the unit beside it.
        coalesce(
            written.unit is null
            or written.unit = passport.unit
            or unit_spelling.unit = passport.base_unit
            or (passport.base_unit = '%' and written.value_denominator is not null),
            false
        ) as is_same_unit,
        case when written.unit = passport.unit then 1 else coalesce(unit_spelling.factor, 1) / passport.factor end
            as factor,
        passport.base_unit
    from written
    left join {{ ref('int_municipality') }} as municipality
        on coalesce(written.municipality_key, written.territory_key) = municipality.municipality_key
    left join {{ ref('int_organisation_home') }} as home
        on written.organisation_id = home.organisation_id
    -- What a document says of an indicator whose passport was taken away waits for the passport.
    inner join passport
        on written.indicator_code = passport.indicator_code
    left join unit_spelling
        on {{ folded_unit('written.unit') }} = unit_spelling.spelling
)

select
    placed.value_type,
    placed.row_id,
    placed.indicator_code,
    placed.year,
    placed.breakdown,
    placed.level,
    placed.place_id,
    placed.organisation_id,
    placed.entity_id,
    placed.municipality_id,
    placed.municipality,
    placed.region,
    case when placed.level = 'federation' then null else placed.home_region_code end as region_code,
    case
        when placed.base_unit = '%' and placed.value_denominator is not null
            then {{ indicator_value('placed.value_numerator', 'placed.value_denominator', "'%'", "'ratio_of_sums'") }}
        else cast(coalesce(placed.value_low, placed.value_high) * placed.factor as decimal(18, 6))
    end as value,
    placed.value_low,
    placed.value_high,
    placed.value_kind,
    placed.value_text,
    placed.value_numerator,
    placed.value_denominator,
    placed.unit,
    placed.scope,
    placed.document,
    placed.document_date,
    placed.clause,
    placed.is_same_unit and coalesce(placed.value_low, placed.value_high) is not null as is_comparable,
    placed.plan_accumulates = 1 as plan_accumulates,
    placed.file_sha256,
    placed.sheet,
    placed.source_row,
    placed.load_sequence
from placed
