-- Grain: kind × system_code × period × organisation_id (legal entity). Expected: every general-education entity of a
-- region where that kind, system and period was reported by anyone.

with submission as (
    select
        received.*,
        place.region_code
    from {{ ref('int_submission') }} as received
    left join {{ ref('int_organisation_year') }} as place
        on
            received.entity_id = place.organisation_id
            and received.year = place.year
),

reported as (
    select distinct
        submission.kind,
        submission.system_code,
        submission.period,
        submission.year,
        submission.region_code
    from submission
),

expected as (
    select
        reported.kind,
        reported.system_code,
        reported.period,
        reported.year,
        place.organisation_id
    from reported
    inner join {{ ref('int_organisation_year') }} as place
        on
            reported.region_code = place.region_code
            and reported.year = place.year
            and place.exists_at_year_end
            and place.is_general_education
),

together as (
    select
        coalesce(expected.kind, submission.kind) as kind,
        nullif(coalesce(expected.system_code, submission.system_code), '-') as system_code,
        coalesce(expected.period, submission.period) as period,
        coalesce(expected.year, submission.year) as year,
        coalesce(expected.organisation_id, submission.entity_id) as organisation_id,
        expected.organisation_id is not null as expected,
        submission.entity_id is not null as received,
        submission.received_at,
        submission.file_sha256
    from expected
    full outer join submission
        on
            expected.kind = submission.kind
            and expected.system_code = submission.system_code
            and expected.period = submission.period
            and expected.organisation_id = submission.entity_id
)

select
    {{ cast_columns([
        ('together.kind', 'kind', 'text'),
        ('together.system_code', 'system_code', 'text'),
        ('together.period', 'period', 'text'),
        ('together.year', 'year', 'integer'),
        ('together.organisation_id', 'organisation_id', 'text'),
    ]) }},
    {{ place_columns('place') }},
    {{ cast_columns([
        ('together.expected', 'expected', 'boolean'),
        ('together.received', 'received', 'boolean'),
        ('together.received_at', 'received_at', 'timestamp'),
        ('journal.original_name', 'file_name', 'text'),
        ('together.file_sha256', 'file_sha256', 'text'),
    ]) }}
from together
left join {{ ref('load_journal') }} as journal
    on
        together.file_sha256 = journal.file_sha256
        and together.kind = journal.kind
left join {{ ref('int_organisation_year') }} as place
    on
        together.organisation_id = place.organisation_id
        and together.year = place.year
