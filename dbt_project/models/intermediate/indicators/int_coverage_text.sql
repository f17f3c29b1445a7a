-- Grain: indicator × year × municipality with organisations whose values it lacks: who they are and why, in words.

{% set shown = 3 -%}
with named as (
    select
        gap.indicator_code,
        gap.year,
        gap.municipality_id,
        gap.side,
        gap.files,
        place.organisation_name,
        row_number() over (
            partition by gap.indicator_code, gap.year, gap.municipality_id, gap.side
            order by place.organisation_name asc, gap.organisation_id asc
        ) as number
    from {{ ref('int_coverage_gap') }} as gap
    inner join {{ ref('int_organisation_year') }} as place
        on
            gap.organisation_id = place.organisation_id
            and gap.year = place.year
    where gap.municipality_id is not null
),

told as (
    select
        named.indicator_code,
        named.year,
        named.municipality_id,
        named.side,
        {{ dbt.concat([
            "case named.side when 'numerator' then 'нет данных по организациям: ' else 'нет знаменателя у организаций: ' end",
            "cast(count(*) as " ~ dbt.type_string() ~ ")",
            "' ('",
            text_list_by('case when named.number <= ' ~ shown ~ ' then named.organisation_name end', 'named.number'),
            "case when count(*) > " ~ shown ~ " then ' и другие' else '' end",
            "')'",
            "coalesce(max(" ~ dbt.concat(["'; '", "named.files"]) ~ "), '')",
        ]) }} as gap_text
    from named
    group by named.indicator_code, named.year, named.municipality_id, named.side
)

select
    told.indicator_code,
    told.year,
    told.municipality_id,
    {{ text_list('told.gap_text') }} as coverage_reason
from told
group by told.indicator_code, told.year, told.municipality_id
