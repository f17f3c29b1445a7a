-- Grain: file × kind × organisation (or, of a plan, territory) that its accepted rows speak of, also rows replaced
-- since.

with log_subject as (
    select distinct
        file_sk,
        organisation_sk
    from {{ source('bulk', 'platform_activity_person') }}
),

subject as (
    {% for kind in row_kinds().split() -%}
        select distinct
            file_sha256,
            '{{ kind }}' as kind,
            organisation_id,
            entity_id,
            {% if kind in kinds_with_level().split() -%}
                municipality_key,
                region_code
            {%- else -%}
                cast(null as {{ dbt.type_string() }}) as municipality_key,
                cast(null as {{ dbt.type_string() }}) as region_code
            {%- endif %}
        from {{ source('raw', kind) }}
        union all
    {% endfor %}
    select distinct
        bulk_file.file_sha256,
        'platform_activity_person' as kind,
        organisation.organisation_id,
        organisation.entity_id,
        cast(null as {{ dbt.type_string() }}) as municipality_key,
        cast(null as {{ dbt.type_string() }}) as region_code
    from log_subject
    inner join {{ source('bulk', 'file') }} as bulk_file
        on log_subject.file_sk = bulk_file.file_sk
    inner join {{ source('bulk', 'organisation') }} as organisation
        on log_subject.organisation_sk = organisation.organisation_sk
)

select
    subject.file_sha256,
    subject.kind,
    subject.organisation_id,
    subject.entity_id,
    coalesce(home.municipality_id, municipality.municipality_id, subject.municipality_key) as municipality_id,
    max(coalesce(home.municipality, municipality.municipality)) as municipality,
    coalesce(home.region_code, subject.region_code) as region_code
from subject
left join {{ ref('int_organisation_home') }} as home
    on subject.organisation_id = home.organisation_id
left join {{ ref('int_municipality') }} as municipality
    on subject.municipality_key = municipality.municipality_key
group by
    subject.file_sha256,
    subject.kind,
    subject.organisation_id,
    subject.entity_id,
    coalesce(home.municipality_id, municipality.municipality_id, subject.municipality_key),
    coalesce(home.region_code, subject.region_code)
