-- Grain: document × clause × organisation that has to fulfil it (none where only a territory is named). A group of
-- organisations is unfolded to those that stood in the municipality at the end of the document's year.

with decision as (
    select
        stg.*,
        municipality.municipality_id
    from {{ ref('stg_decision') }} as stg
    left join {{ ref('int_municipality') }} as municipality
        on stg.municipality_key = municipality.municipality_key
),

-- The year of the document, or the last one that there are organisations of.
known_year as (
    select max(spine.year) as last_year
    from {{ ref('int_year') }} as spine
),

grouped as (
    select
        decision.row_id,
        member.organisation_id
    from decision
    cross join known_year
    inner join {{ ref('int_organisation_year') }} as member
        on
            decision.municipality_id = member.municipality_id
            and least(cast(extract(year from decision.document_date) as integer), known_year.last_year) = member.year
            and member.exists_at_year_end
            and member.organisation_type <> 'орган управления'
            and (decision.responsible_group = 'every_organisation' or member.is_general_education)
    where decision.responsible_group is not null
)

select
    decision.row_id,
    decision.document,
    decision.document_date,
    decision.clause,
    decision.text,
    decision.responsible,
    coalesce(grouped.organisation_id, decision.organisation_id) as organisation_id,
    coalesce(grouped.organisation_id, decision.entity_id) as entity_id,
    decision.municipality_id,
    decision.region_code,
    decision.due_on,
    decision.due_day_of_month,
    coalesce(decision.is_continuing, false) as is_continuing,
    decision.indicator_code,
    decision.threshold,
    decision.state as written_state,
    decision.file_sha256,
    decision.sheet,
    decision.source_row
from decision
left join grouped
    on decision.row_id = grouped.row_id
