-- Grain: milestone_id × state_from: a result of a road map and its state from one day to another: not begun, under way,
-- overdue (its last day has passed without a mark), or as it was marked. The state on a given day: where
-- coalesce(state_from <= day, true) and coalesce(state_to >= day, true).

with milestone as (
    select
        stg.*,
        coalesce(home.municipality_id, municipality.municipality_id) as municipality_id,
        coalesce(home.municipality, municipality.municipality) as place_name,
        home.organisation_name,
        coalesce(home.region_code, stg.region_code) as place_region_code,
        cast('0001-01-01' as date) as beginning
    from {{ ref('stg_milestone') }} as stg
    left join {{ ref('int_organisation_home') }} as home
        on stg.organisation_id = home.organisation_id
    left join {{ ref('int_municipality') }} as municipality
        on stg.municipality_key = municipality.municipality_key
),

phase as (
    select
        milestone.row_id,
        milestone.beginning as state_from,
        'not_begun' as state
    from milestone
    where milestone.state is null and milestone.started_on is not null
    union all
    select
        milestone.row_id,
        coalesce(milestone.started_on, milestone.beginning) as state_from,
        'under_way' as state
    from milestone
    where milestone.state is null or milestone.state = 'in_progress'
    union all
    select
        milestone.row_id,
        cast({{ add_days('milestone.due_on', 1) }} as date) as state_from,
        'overdue' as state
    from milestone
    where milestone.state is null or milestone.state = 'in_progress'
    union all
    select
        milestone.row_id,
        milestone.beginning as state_from,
        milestone.state
    from milestone
    where milestone.state in ('fulfilled', 'cancelled')
),

interval as (
    select
        phase.*,
        {{ add_days('lead(phase.state_from) over (partition by phase.row_id order by phase.state_from asc)', -1) }}
            as state_to
    from phase
)

select
    {{ cast_columns([
        ('milestone.row_id', 'milestone_id', 'text'),
        ('milestone.document', 'document', 'text'),
        ('milestone.number', 'number', 'text'),
        ('milestone.title', 'title', 'text'),
        ('milestone.organisation_id', 'organisation_id', 'text'),
        ('milestone.organisation_name', 'organisation_name', 'text'),
        ('milestone.place_name', 'municipality', 'text'),
        ('milestone.municipality_id', 'municipality_id', 'text'),
        ('milestone.place_region_code', 'region_code', 'text'),
        ('milestone.started_on', 'started_on', 'date'),
        ('milestone.due_on', 'due_on', 'date'),
        ('milestone.plan_text', 'plan_text', 'text'),
        ('milestone.plan_low', 'plan_low', 'decimal(18, 6)'),
        ('milestone.plan_high', 'plan_high', 'decimal(18, 6)'),
        ('milestone.plan_kind', 'plan_kind', 'text'),
        ('milestone.document_type', 'document_type', 'text'),
        ('milestone.control_level', 'control_level', 'text'),
        ('interval.state', 'state', 'text'),
        ('nullif(interval.state_from, milestone.beginning)', 'state_from', 'date'),
        ('interval.state_to', 'state_to', 'date'),
        (
            'interval.state_from <= ' ~ today() ~ ' and coalesce(interval.state_to >= ' ~ today() ~ ', true)',
            'is_current', 'boolean'
        ),
    ]) }},
    {{ source_row_columns('milestone') }}
from interval
inner join milestone
    on interval.row_id = milestone.row_id
