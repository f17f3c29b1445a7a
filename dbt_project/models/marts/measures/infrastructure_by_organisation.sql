-- Grain: site_id × object_code × started_on or start_year: an object or service of an organisation, planned, in
-- operation or closed.

select
    {{ cast_columns([
        ('object.entity_id', 'organisation_id', 'text'),
        ('object.organisation_id', 'site_id', 'text'),
        ('object.object_code', 'object_code', 'text'),
        ('coalesce(catalogue.short_title, object.object_code)', 'object_title', 'text'),
        ('object.started_on', 'started_on', 'date'),
        ('object.start_year', 'start_year', 'integer'),
        ('object.ended_on', 'ended_on', 'date'),
        ('object.state', 'state', 'text'),
        (
            "object.state = 'active' and coalesce(object.ended_on > " ~ today() ~ ', true)',
            'is_in_operation', 'boolean'
        ),
        ('object.remark', 'remark', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('home.municipality', 'municipality', 'text'),
        ('home.municipality_id', 'municipality_id', 'text'),
        ('home.region_code', 'region_code', 'text'),
    ]) }},
    {{ source_row_columns('object') }}
from {{ ref('stg_infrastructure') }} as object
left join {{ ref('stg_reference__system') }} as catalogue
    on object.object_code = catalogue.system_code
left join {{ ref('int_organisation_home') }} as home
    on object.organisation_id = home.organisation_id
