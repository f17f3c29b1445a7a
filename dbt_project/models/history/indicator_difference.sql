-- Grain: indicator × year × place: the vintage that stood in the release before against what this build publishes,
-- with the reason where they differ. Facts have the reason of their rows; a place without changed rows has that of its
-- region.

with standing as (
    select vintage.*
    from {{ source('published', 'indicator_vintage') }} as vintage
    where vintage.recorded_to is null
),

compared as (
    select
        coalesce(present.indicator_code, standing.indicator_code) as indicator_code,
        coalesce(present.year, standing.year) as year,
        coalesce(present.place_level, standing.place_level) as place_level,
        coalesce(present.place_id, standing.place_id) as place_id,
        coalesce(present.place_name, standing.place_name) as place_name,
        coalesce(present.municipality, standing.municipality) as municipality,
        coalesce(present.municipality_id, standing.municipality_id) as municipality_id,
        coalesce(present.region, standing.region) as region,
        coalesce(present.region_code, standing.region_code) as region_code,
        coalesce(present.unit, standing.unit) as unit,
        standing.indicator_code is null as is_added,
        present.indicator_code is null as is_removed,
        {% for column in vintage_columns().split() -%}
            standing.{{ column }} as previous_{{ column }},
            present.{{ column }},
        {% endfor -%}
        present.plan_document,
        present.plan_clause,
        standing.plan_document as previous_plan_document,
        standing.plan_clause as previous_plan_clause
    from {{ ref('indicator_current') }} as present
    full outer join standing
        on
            present.indicator_code = standing.indicator_code
            and present.year = standing.year
            and present.place_level = standing.place_level
            and present.place_id = standing.place_id
),

marked as (
    select
        compared.*,
        compared.is_added
        or compared.is_removed
        {% for column in vintage_columns().split() -%}
            or {{ differs('compared.' ~ column, 'compared.previous_' ~ column) }}
        {% endfor -%}
            as is_changed,
        {{ differs('compared.numerator', 'compared.previous_numerator') }}
        or {{ differs('compared.denominator', 'compared.previous_denominator') }}
        or {{ differs('compared.value', 'compared.previous_value') }}
            as has_other_facts,
        {{ differs('compared.plan', 'compared.previous_plan') }} as has_other_plan,
        coalesce(compared.indicator_version <> compared.previous_indicator_version, false) as has_other_version
    from compared
),

-- Registry rows that came since: they decide who is there to be counted.
registry_row as (
    select
        home.region_code,
        load_journal.original_name
    from {{ ref('int_raw_row') }} as raw_row
    inner join {{ ref('int_organisation_home') }} as home
        on raw_row.entity_id = home.organisation_id
    inner join {{ ref('load_journal') }} as load_journal
        on
            raw_row.file_sha256 = load_journal.file_sha256
            and raw_row.kind = load_journal.kind
    cross join {{ source('published', 'release') }} as published_release
    where raw_row.kind = 'organisation_registry' and raw_row.loaded_at > published_release.published_at
),

registry_change as (
    select
        registry_row.region_code,
        {{ text_list('registry_row.original_name') }} as files
    from registry_row
    group by registry_row.region_code
    union all
    -- The federation has no region of its own.
    select
        '-' as region_code,
        {{ text_list('registry_row.original_name') }} as files
    from registry_row
    having count(*) > 0
),

region_reason as (
    select
        reason.indicator_code,
        reason.year,
        reason.place_id as region_code,
        reason.reason,
        reason.files,
        reason.decisions
    from {{ ref('change_reason') }} as reason
    where reason.place_level = 'region'
),

explained as (
    select
        marked.*,
        published_release.release_id is not null as has_previous_release,
        case
            when published_release.release_id is null then 'first_release'
            when marked.has_other_version then 'passport_version'
            when own.reason <> 'recalculated' then own.reason
            when
                (marked.is_added or marked.is_removed or own.reason is not null)
                and registry_change.region_code is not null
                then 'organisation_history'
            when (marked.is_added or marked.is_removed) and region_reason.reason <> 'recalculated'
                then region_reason.reason
            when marked.has_other_plan then 'plan_changed'
            when published_release.code_digest <> {{ code_digest() }} then 'code_changed'
            when published_release.built_for <> {{ today() }} and own.reason is null then 'new_day'
            else 'recalculated'
        end as fact_reason,
        coalesce(own.files, region_reason.files) as row_files,
        coalesce(own.decisions, region_reason.decisions) as decisions,
        registry_change.files as registry_files
    from marked
    left join {{ source('published', 'release') }} as published_release
        on published_release.release_id is not null
    left join {{ ref('change_reason') }} as own
        on
            marked.indicator_code = own.indicator_code
            and marked.year = own.year
            and marked.place_level = own.place_level
            and marked.place_id = own.place_id
    left join region_reason
        on
            marked.indicator_code = region_reason.indicator_code
            and marked.year = region_reason.year
            and marked.region_code = region_reason.region_code
    left join registry_change
        on coalesce(marked.region_code, '-') = registry_change.region_code
)

select
    explained.*,
    case
        when explained.fact_reason = 'organisation_history'
            then coalesce(explained.registry_files, explained.row_files)
        else explained.row_files
    end as files
from explained
