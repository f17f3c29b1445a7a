-- Grain: indicator_code × year × breakdown × level × territory or organisation × document × clause. All plans given
-- and not withdrawn; is_active marks the one that counts.

{% set conflict -%}
    coalesce(
        plan.is_comparable
        and (
            plan.lowest <> plan.highest
            or (plan.first_scope <> plan.last_scope and plan.level <> 'organisation')
        ),
        false
    )
{%- endset %}
with plan as (
    select
        plan.*,
        min(case when plan.is_comparable then plan.plan end) over (
            partition by plan.indicator_code, plan.year, plan.level, plan.place_id
        ) as lowest,
        max(case when plan.is_comparable then plan.plan end) over (
            partition by plan.indicator_code, plan.year, plan.level, plan.place_id
        ) as highest,
        min(case when plan.is_comparable then plan.scope end) over (
            partition by plan.indicator_code, plan.year, plan.level, plan.place_id
        ) as first_scope,
        max(case when plan.is_comparable then plan.scope end) over (
            partition by plan.indicator_code, plan.year, plan.level, plan.place_id
        ) as last_scope
    from {{ ref('int_plan') }} as plan
)

select
    {{ cast_columns([
        ('plan.indicator_code', 'indicator_code', 'text'),
        ('passport.title', 'indicator_title', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.position', 'indicator_position', 'integer'),
        ('plan.year', 'year', 'integer'),
        ('plan.breakdown', 'breakdown', 'text'),
        ('plan.level', 'level', 'text'),
        ("case when plan.level <> 'organisation' then plan.place_id end", 'territory_id', 'text'),
        ('territory.territory_name', 'territory_name', 'text'),
        ('plan.organisation_id', 'organisation_id', 'text'),
        ('organisation.organisation_name', 'organisation_name', 'text'),
        ('coalesce(territory.municipality, organisation.municipality)', 'municipality', 'text'),
        ('coalesce(territory.municipality_id, organisation.municipality_id)', 'municipality_id', 'text'),
        ('plan.region_code', 'region_code', 'text'),
        ('plan.document', 'document', 'text'),
        ('plan.document_date', 'document_date', 'date'),
        ('plan.clause', 'clause', 'text'),
        ('plan.plan', 'plan', 'decimal(18, 6)'),
        ('case when plan.is_comparable then passport.unit else plan.unit end', 'unit', 'text'),
        ('plan.scope', 'scope', 'text'),
        ('plan.is_comparable and plan.plan_order = 1', 'is_active', 'boolean'),
        (conflict, 'conflict', 'boolean'),
        ('plan.level', 'plan_level', 'text'),
        ('plan.scope', 'plan_scope', 'text'),
        ('plan.document', 'plan_document', 'text'),
        ('plan.clause', 'plan_clause', 'text'),
        (conflict, 'plan_conflict', 'boolean'),
        ('plan.is_comparable', 'is_comparable', 'boolean'),
        ('plan.plan_low', 'plan_low', 'decimal(18, 6)'),
        ('plan.plan_high', 'plan_high', 'decimal(18, 6)'),
        ('plan.plan_kind', 'plan_kind', 'text'),
        ('plan.plan_text', 'plan_text', 'text'),
        ('plan.unit', 'unit_text', 'text'),
        ('plan.plan_numerator', 'plan_numerator', 'decimal(18, 6)'),
        ('plan.plan_denominator', 'plan_denominator', 'decimal(18, 6)'),
    ]) }},
    {{ source_row_columns('plan') }}
from plan
left join {{ ref('int_territory') }} as territory
    on
        plan.place_id = territory.territory_id
        and plan.level <> 'organisation'
left join {{ ref('int_organisation_home') }} as organisation
    on plan.organisation_id = organisation.organisation_id
left join {{ ref('int_passport_year') }} as passport
    on
        plan.indicator_code = passport.indicator_code
        and plan.year = passport.year
