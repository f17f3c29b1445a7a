-- Grain: organisation_id × valid_from: a legal entity or a site, one row for each state of its registry record. The
-- present state is the one that holds today: an organisation that has closed, or is yet to open, has none.

with registry as (
    select
        stg.*,
        lead(stg.valid_from) over (
            partition by stg.organisation_id
            order by coalesce(stg.valid_from, cast('0001-01-01' as date)) asc, stg.load_sequence asc, stg.row_id desc
        ) as next_from,
        row_number() over (
            partition by stg.organisation_id, coalesce(stg.valid_from, cast('0001-01-01' as date))
            order by stg.load_sequence desc, stg.row_id asc
        ) as recency
    from {{ ref('stg_organisation_registry') }} as stg
)

select
    {{ cast_columns([
        ('registry.organisation_id', 'organisation_id', 'text'),
        ('registry.entity_id', 'entity_id', 'text'),
        ('registry.organisation_id <> registry.entity_id', 'is_site', 'boolean'),
        ('registry.inn', 'inn', 'text'),
        ('registry.kpp', 'kpp', 'text'),
        ('registry.ogrn', 'ogrn', 'text'),
        ('coalesce(registry.short_name, registry.full_name)', 'organisation_name', 'text'),
        ('registry.full_name', 'full_name', 'text'),
        ('registry.short_name', 'short_name', 'text'),
        ('registry.organisation_type', 'organisation_type', 'text'),
        ('registry.is_general_education', 'is_general_education', 'boolean'),
        ('registry.programmes', 'programmes', 'text'),
        ('registry.locality_type', 'locality_type', 'text'),
        ('registry.municipality', 'municipality', 'text'),
        ('municipality.municipality_oktmo', 'municipality_oktmo', 'text'),
        ('municipality.municipality_id', 'municipality_id', 'text'),
        ('coalesce(region.name, registry.region)', 'region', 'text'),
        ('registry.region_code', 'region_code', 'text'),
        ('registry.valid_from', 'valid_from', 'date'),
        ('coalesce(registry.valid_to, ' ~ add_days('registry.next_from', -1) ~ ')', 'valid_to', 'date'),
        (
            'coalesce(registry.valid_from <= ' ~ today() ~ ', true) and coalesce(registry.valid_to >= ' ~ today()
            ~ ', true) and coalesce(registry.next_from > ' ~ today() ~ ', true)',
            'is_current', 'boolean'
        ),
        ('registry.successor_inn', 'successor_inn', 'text'),
    ]) }}
from registry
left join {{ ref('int_municipality') }} as municipality
    on registry.municipality_key = municipality.municipality_key
left join {{ ref('stg_reference__region') }} as region
    on registry.region_code = region.region_code
where registry.recency = 1
