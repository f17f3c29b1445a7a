-- Grain: year × site_id × measure_code × role × system_code × subject: the last value of the year that an export gave
-- for the site (or for the entity where it has no sites). Counts that a whole entity's row makes superfluous are left
-- out.

with counted as (
    select
        measure.*,
        row_number() over (
            partition by measure.organisation_id, measure.fact_year, measure.series_key
            order by
                measure.period_end desc, measure.period_start desc, measure.load_sequence desc, measure.row_id asc
        ) as recency
    from {{ ref('int_measure_counted') }} as measure
),

latest as (
    select *
    from counted
    where recency = 1
),

site as (
    select *
    from {{ ref('int_organisation_home') }}
)

select
    {{ cast_columns([
        ('latest.fact_year', 'year', 'integer'),
        ('latest.entity_id', 'organisation_id', 'text'),
        ('latest.organisation_id', 'site_id', 'text'),
        ('latest.measure_code', 'measure_code', 'text'),
        ('latest.role_code', 'role', 'text'),
        ('latest.system_code', 'system_code', 'text'),
        ('coalesce(subject.short_title, latest.subject_code)', 'subject', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('site.organisation_name', 'site_name', 'text'),
        ('latest.organisation_id <> latest.entity_id', 'is_site', 'boolean'),
        ('catalogue.title', 'measure_title', 'text'),
        ('catalogue.unit', 'unit', 'text'),
        ('latest.value_low', 'value', 'decimal(18, 6)'),
        ('latest.value_high', 'value_high', 'decimal(18, 6)'),
        ('headcount.value_low', 'headcount', 'decimal(18, 6)'),
        ('latest.period_end', 'as_of_date', 'date'),
    ]) }}
from latest
inner join {{ ref('stg_reference__measure') }} as catalogue
    on latest.measure_code = catalogue.measure_code
left join latest as headcount
    on
        latest.organisation_id = headcount.organisation_id
        and latest.fact_year = headcount.fact_year
        and latest.period_end = headcount.period_end
        and headcount.series_key = {{ series_key(
            "case latest.measure_code when 'registered' then 'registration'"
            ~ " when 'confirmed' then 'registration' when 'active' then 'activity' else latest.measure_code end"
            ~ " || '_headcount'",
            'latest.role_code', 'latest.system_code', 'latest.subject_code'
        ) }}
left join {{ ref('stg_reference__system') }} as subject
    on latest.subject_code = subject.system_code
left join site
    on latest.organisation_id = site.organisation_id
left join {{ ref('int_organisation_year') }} as place
    on
        latest.entity_id = place.organisation_id
        and latest.fact_year = place.year
where right(latest.measure_code, 10) <> '_headcount'
