-- Grain: indicator × year × row that gives something else than in the release before, with the reason as the data tell.
-- Strong reasons say what happened to the row itself; 'recalculated' follows from some other row.

{% set key = (
    'indicator_code', 'year', 'side', 'organisation_id', 'municipality_id', 'region_code', 'measure_code', 'role',
    'system_code', 'subject', 'kind', 'file_sha256', 'sheet', 'source_row',
) -%}
{% set weights = (
    'contribution', 'contribution_to_municipality', 'contribution_to_region', 'contribution_to_federation',
) -%}
{% set releases = (
    ('previous', source('published', 'indicator_lineage')),
    ('standing', ref('indicator_lineage')),
) -%}
with {% for release, lineage in releases -%}
    {{ release }} as (
        select
            {% for column in key + weights -%}
                lineage.{{ column }},
            {% endfor -%}
            {{ dbt.concat(["coalesce(lineage.organisation_id, '')", "'|'", "coalesce(lineage.municipality_id, '')"]) }}
                as owner,
            {{ series_key('lineage.measure_code', 'lineage.role', 'lineage.system_code', 'lineage.subject') }}
                as series_key
        from {{ lineage }} as lineage
        {% if release == 'standing' -%}
            -- Without a previous release there is nothing to compare, and every row would look new.
            where lineage.is_counted and exists (select 1 from {{ source('published', 'release') }})
        {%- endif %}
    ),

{% endfor -%}
compared as (
    select
        {% for column in key -%}
            coalesce(standing.{{ column }}, previous.{{ column }}) as {{ column }},
        {% endfor -%}
        previous.indicator_code is null as is_added,
        standing.indicator_code is null as is_removed
    from standing
    full outer join previous
        on
            standing.indicator_code = previous.indicator_code
            and standing.year = previous.year
            and standing.side = previous.side
            and standing.owner = previous.owner
            and standing.series_key = previous.series_key
            and standing.file_sha256 = previous.file_sha256
            and standing.sheet = previous.sheet
            and standing.source_row = previous.source_row
    where
        previous.indicator_code is null
        or standing.indicator_code is null
        {% for column in weights -%}
            or {{ differs('standing.' ~ column, 'previous.' ~ column) }}
        {% endfor %}
),

-- A row that had or has another owner too.
moved as (
    select distinct
        compared.kind,
        compared.file_sha256,
        compared.sheet,
        compared.source_row,
        compared.indicator_code,
        compared.year
    from compared
    inner join compared as other
        on
            compared.indicator_code = other.indicator_code
            and compared.year = other.year
            and compared.file_sha256 = other.file_sha256
            and compared.sheet = other.sheet
            and compared.source_row = other.source_row
            and compared.is_added
            and other.is_removed
),

raw_row as (
    select raw_row.*
    from {{ ref('int_raw_row') }} as raw_row
    where raw_row.file_sha256 in (select compared.file_sha256 from compared)
),

newest_scope as (
    select
        load_scope.scope_key,
        min(load_scope.load_sequence) as first_sequence,
        max(load_scope.load_sequence) as last_sequence
    from {{ ref('stg_journal__load_scope') }} as load_scope
    group by load_scope.scope_key
),

raw_key as (
    select distinct
        raw_row.kind,
        raw_row.row_key
    from raw_row
),

keyed as (
    select
        raw_key.kind,
        raw_key.row_key,
        min(other.load_sequence) as first_sequence,
        max(other.load_sequence) as last_sequence
    from raw_key
    inner join {{ ref('int_raw_row') }} as other
        on
            raw_key.kind = other.kind
            and raw_key.row_key = other.row_key
    group by raw_key.kind, raw_key.row_key
),

-- What is known of a source row now: none is left of a person who was removed.
known as (
    select
        raw_row.kind,
        raw_row.file_sha256,
        raw_row.sheet,
        raw_row.source_row,
        max(raw_row.loaded_at) as loaded_at,
        max(case when raw_row.match_rule = 'steward' then 1 else 0 end) as is_decided,
        max(
            case
                when
                    keyed.first_sequence < raw_row.load_sequence or newest_scope.first_sequence < raw_row.load_sequence
                    or raw_row.replaces_rows = 1
                    then 1
                else 0
            end
        ) as replaces,
        max(
            case
                when
                    keyed.last_sequence > raw_row.load_sequence or newest_scope.last_sequence > raw_row.load_sequence
                    or raw_row.is_replaced_in_part = 1
                    then 1
                else 0
            end
        ) as is_replaced
    from raw_row
    inner join keyed
        on
            raw_row.kind = keyed.kind
            and raw_row.row_key = keyed.row_key
    left join newest_scope
        on raw_row.scope_key = newest_scope.scope_key
    group by raw_row.kind, raw_row.file_sha256, raw_row.sheet, raw_row.source_row
),

decision as (
    select
        decision.held_id,
        decision.undone_at,
        {{ dbt.concat([
            "'№ '", 'cast(decision.held_id as ' ~ dbt.type_string() ~ ')',
            "case when decision.undone_at is not null then ' отменено' else '' end",
            'coalesce(' ~ dbt.concat(
                ["' → '", 'coalesce(decision.organisation_id, decision.municipality, decision.region)']
            ) ~ ", '')",
            'coalesce(' ~ dbt.concat(["': '", 'coalesce(decision.undone_by, decision.decided_by)']) ~ ", '')",
            'coalesce(' ~ dbt.concat([
                "' ('", 'case when decision.undone_at is null then decision.why else decision.undone_why end', "')'"
            ]) ~ ", '')",
        ]) }} as words
    from {{ ref('stg_journal__decision') }} as decision
),

-- What stewards have said of a source row: the answer that stands, and answers taken back since the release before.
decided as (
    select
        held.kind,
        held.file_sha256,
        held.sheet,
        held.source_row,
        max(case when decision.undone_at is null then 1 else 0 end) as is_decided,
        {{ text_list('decision.words') }} as decisions
    from {{ ref('stg_journal__held_row') }} as held
    inner join decision
        on held.held_id = decision.held_id
    cross join {{ source('published', 'release') }} as published_release
    where decision.undone_at is null or decision.undone_at > published_release.published_at
    group by held.kind, held.file_sha256, held.sheet, held.source_row
),

explained as (
    select
        {% for column in key -%}
            compared.{{ column }},
        {% endfor -%}
        load_journal.original_name as file_name,
        decided.decisions,
        case
            when compared.is_removed and known.file_sha256 is null
                then case when decided.file_sha256 is not null then 'name_decision' else 'persons_removed' end
            when compared.is_added and published_file.file_sha256 is null
                then case
                    when compared.kind = 'organisation_registry' then 'organisation_history'
                    when known.replaces = 1 then 'corrected_file'
                    else 'new_file'
                end
            when compared.is_removed and known.is_replaced = 1
                then case
                    when compared.kind = 'organisation_registry' then 'organisation_history'
                    else 'corrected_file'
                end
            -- Of the log a file is one row, which stays when a person in it goes.
            when
                compared.kind = 'platform_activity_person' and not compared.is_added
                and load_journal.rows_forgotten > published_file.rows_forgotten
                then 'persons_removed'
            when moved.file_sha256 is not null
                then case
                    when known.is_decided = 1 and known.loaded_at > published_release.published_at
                        then 'name_decision'
                    else 'organisation_history'
                end
            when compared.is_added and known.loaded_at > published_release.published_at
                then case
                    when known.is_decided = 1 or decided.is_decided = 1 then 'name_decision'
                    else 'organisation_history'
                end
            else 'recalculated'
        end as reason
    from compared
    cross join {{ source('published', 'release') }} as published_release
    left join known
        on
            compared.kind = known.kind
            and compared.file_sha256 = known.file_sha256
            and compared.sheet = known.sheet
            and compared.source_row = known.source_row
    left join decided
        on
            compared.kind = decided.kind
            and compared.file_sha256 = decided.file_sha256
            and compared.sheet = decided.sheet
            and compared.source_row = decided.source_row
    left join moved
        on
            compared.kind = moved.kind
            and compared.file_sha256 = moved.file_sha256
            and compared.sheet = moved.sheet
            and compared.source_row = moved.source_row
            and compared.indicator_code = moved.indicator_code
            and compared.year = moved.year
    left join {{ source('published', 'load_journal') }} as published_file
        on
            compared.file_sha256 = published_file.file_sha256
            and compared.kind = published_file.kind
    left join {{ ref('load_journal') }} as load_journal
        on
            compared.file_sha256 = load_journal.file_sha256
            and compared.kind = load_journal.kind
)

select
    {% for column in key -%}
        explained.{{ column }},
    {% endfor -%}
    explained.file_name,
    explained.reason,
    case when explained.reason = 'name_decision' then explained.decisions end as decisions
from explained
