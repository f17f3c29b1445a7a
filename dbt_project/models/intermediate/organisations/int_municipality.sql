-- Grain: municipality_key (spellings of one municipality share it); several keys may share one ОКТМО and are then one
-- territory. Schools of a district may carry the eleven digits of their settlement: the first five name the district.
-- A municipality of the list is here once a row names it, before the registry has any of its organisations.

with current_organisation as (
    select
        organisation.municipality_key,
        organisation.municipality,
        organisation.region_code,
        organisation.region,
        {{ municipality_code('organisation.oktmo') }} as oktmo,
        coalesce(organisation.valid_from, cast('0001-01-01' as date)) as valid_from,
        organisation.load_sequence,
        organisation.organisation_id
    from {{ ref('int_organisation_current') }} as organisation
    where organisation.municipality_key is not null
),

latest_code as (
    select
        current_organisation.municipality_key,
        current_organisation.oktmo,
        row_number() over (
            partition by current_organisation.municipality_key
            order by
                current_organisation.valid_from desc, current_organisation.load_sequence desc,
                current_organisation.oktmo asc
        ) as recency
    from current_organisation
    where current_organisation.oktmo is not null
),

-- Codes of eight digits that differ within one district name its settlements.
code_spread as (
    select
        current_organisation.municipality_key,
        count(distinct current_organisation.oktmo) as codes,
        count(distinct substr(current_organisation.oktmo, 1, 5)) as districts
    from current_organisation
    group by current_organisation.municipality_key
),

latest_name as (
    select
        current_organisation.municipality_key,
        current_organisation.municipality,
        current_organisation.region_code,
        row_number() over (
            partition by current_organisation.municipality_key
            order by
                current_organisation.valid_from desc, current_organisation.load_sequence desc,
                current_organisation.organisation_id asc
        ) as recency
    from current_organisation
),

coded as (
    select
        latest_name.municipality_key,
        latest_name.municipality,
        latest_name.region_code,
        case
            when code_spread.codes > 1 and code_spread.districts = 1
                then {{ code_of_district('latest_code.oktmo') }}
            else latest_code.oktmo
        end as municipality_oktmo
    from latest_name
    inner join code_spread
        on latest_name.municipality_key = code_spread.municipality_key
    left join latest_code
        on
            latest_name.municipality_key = latest_code.municipality_key
            and latest_code.recency = 1
    where latest_name.recency = 1
),

named_by_rows as (
    {% for kind in kinds_with_level().split() -%}
        select raw_row.municipality_key
        from {{ source('raw', kind) }} as raw_row
        where raw_row.level = 'municipality'
        {% if not loop.last %}union{% endif %}
    {% endfor %}
)

select
    coded.municipality_key,
    coalesce(coded.municipality_oktmo, coded.municipality_key) as municipality_id,
    coded.municipality,
    coded.municipality_oktmo,
    coded.region_code
from coded
union all
select
    listed.municipality_key,
    listed.oktmo as municipality_id,
    listed.name as municipality,
    listed.oktmo as municipality_oktmo,
    listed.region_code
from {{ ref('stg_reference__municipality') }} as listed
inner join named_by_rows
    on listed.municipality_key = named_by_rows.municipality_key
where listed.municipality_key not in (select coded.municipality_key from coded)
