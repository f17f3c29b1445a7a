-- Grain: indicator_code × version.

{% set source_text = dbt.concat([
    'cast(component.priority as ' ~ dbt.type_string() ~ ')', "'. '", 'component.measure_code',
    'coalesce(' ~ dbt.concat(["' / '", 'component.role_code']) ~ ", '')",
    'coalesce(' ~ dbt.concat(["' / '", 'component.system_code']) ~ ", '')",
    'coalesce(' ~ dbt.concat(["' / '", 'component.subject_code']) ~ ", '')"
]) -%}
with listed as (
    select
        component.indicator_code,
        component.version,
        {{ text_list("case when component.side = 'numerator' then " ~ source_text ~ " end") }} as numerator_sources,
        {{ text_list("case when component.side = 'denominator' then " ~ source_text ~ " end") }} as denominator_sources,
        max(case when component.side = 'numerator' then component.threshold end) as threshold,
        min(
            case when component.side = 'numerator' and component.priority = 1 then catalogue.absence end
        ) as absent_means
    from {{ ref('stg_reference__passport_component') }} as component
    left join {{ ref('stg_reference__measure') }} as catalogue
        on component.measure_code = catalogue.measure_code
    group by component.indicator_code, component.version
)

select
    {{ cast_columns([
        ('passport.indicator_code', 'indicator_code', 'text'),
        ('passport.version', 'version', 'integer'),
        ('passport.position', 'position', 'integer'),
        ('passport.title', 'title', 'text'),
        ('passport.short_title', 'short_title', 'text'),
        ('passport.version', 'indicator_version', 'integer'),
        ('passport.position', 'indicator_position', 'integer'),
        ('passport.title', 'indicator_title', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.definition', 'definition', 'text'),
        ('passport.definition_source', 'definition_source', 'text'),
        ('passport.formula', 'formula', 'text'),
        ('passport.numerator_text', 'numerator_text', 'text'),
        ('passport.denominator_text', 'denominator_text', 'text'),
        ('passport.document', 'document', 'text'),
        ('passport.document_lines', 'document_lines', 'text'),
        ('passport.document_codes', 'document_codes', 'text'),
        ('passport.same_as', 'same_as', 'text'),
        ('passport.note', 'note', 'text'),
        ('passport.unit', 'unit', 'text'),
        ('passport.precision_digits', 'precision_digits', 'integer'),
        ('passport.direction', 'direction', 'text'),
        ('passport.aggregation', 'aggregation', 'text'),
        ('passport.cumulative', 'cumulative', 'text'),
        ('passport.plan_accumulates', 'plan_accumulates', 'boolean'),
        ('passport.year_kind', 'year_kind', 'text'),
        ('passport.population', 'population', 'text'),
        ('passport.computed_where', 'computed_where', 'text'),
        ('listed.numerator_sources', 'numerator_sources', 'text'),
        ('listed.denominator_sources', 'denominator_sources', 'text'),
        ('listed.threshold', 'threshold', 'decimal(18, 6)'),
        ('passport.monthly_monitoring', 'monthly_monitoring', 'boolean'),
        ('passport.valid_from_year', 'valid_from_year', 'integer'),
        ('passport.valid_to_year', 'valid_to_year', 'integer'),
        ('passport.break_threshold', 'break_threshold', 'decimal(18, 6)'),
        ('listed.absent_means', 'absent_means', 'text'),
    ]) }}
from {{ ref('stg_reference__indicator_passport') }} as passport
left join listed
    on
        passport.indicator_code = listed.indicator_code
        and passport.version = listed.version
