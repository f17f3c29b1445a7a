-- Grain: decision_id × organisation_id × state_from: who has to do what by when, and the state of it from one day to
-- another. The state on a given day: where state_from <= day and (state_to is null or state_to >= day).

with state as (
    select
        decision_state.*,
        {{ dbt.concat([
            'decision_state.state', "' '",
            "coalesce(cast(decision_state.due_on as " ~ dbt.type_string() ~ "), '-')", "' '",
            "coalesce(cast(decision_state.value_on as " ~ dbt.type_string() ~ "), '-')",
        ]) }} as shown
    from {{ ref('int_decision_state') }} as decision_state
),

-- A day on which nothing changed begins no interval.
changed as (
    select
        state.*,
        coalesce(
            lag(state.shown) over (partition by state.row_id, state.entity_id order by state.day asc), '-'
        ) as shown_before
    from state
),

held as (
    select
        changed.*,
        lead(changed.day) over (partition by changed.row_id, changed.entity_id order by changed.day asc) as next_day
    from changed
    where changed.shown <> changed.shown_before
),

interval as (
    select
        held.*,
        {{ add_days('held.next_day', -1) }} as state_to
    from held
)

select
    {{ cast_columns([
        ('party.row_id', 'decision_id', 'text'),
        ('party.document', 'document', 'text'),
        ('party.document_date', 'document_date', 'date'),
        ('party.clause', 'clause', 'text'),
        ('party.text', 'text', 'text'),
        ('party.responsible', 'responsible', 'text'),
        ('party.organisation_id', 'organisation_id', 'text'),
        ('home.organisation_name', 'organisation_name', 'text'),
        ('coalesce(home.municipality, territory.municipality)', 'municipality', 'text'),
        ('coalesce(home.municipality_id, party.municipality_id)', 'municipality_id', 'text'),
        ('coalesce(home.region_code, party.region_code)', 'region_code', 'text'),
        ('interval.due_on', 'due_on', 'date'),
        ('party.due_day_of_month', 'due_day_of_month', 'integer'),
        ('party.is_continuing', 'is_continuing', 'boolean'),
        ('party.indicator_code', 'indicator_code', 'text'),
        ('passport.short_title', 'indicator_short_title', 'text'),
        ('passport.precision_digits', 'precision_digits', 'integer'),
        ('party.threshold', 'threshold', 'decimal(18, 6)'),
        ('interval.value', 'value', 'decimal(18, 6)'),
        ('interval.value_on', 'value_on', 'date'),
        ('interval.state', 'state', 'text'),
        ('interval.day', 'state_from', 'date'),
        ('interval.state_to', 'state_to', 'date'),
        (
            'interval.day <= ' ~ today() ~ ' and coalesce(interval.state_to >= ' ~ today() ~ ', true)',
            'is_current', 'boolean'
        ),
    ]) }},
    {{ source_row_columns('party') }}
from interval
inner join {{ ref('int_decision_party') }} as party
    on
        interval.row_id = party.row_id
        and coalesce(interval.entity_id, '-') = coalesce(party.entity_id, '-')
left join {{ ref('int_organisation_home') }} as home
    on party.organisation_id = home.organisation_id
left join {{ ref('int_territory') }} as territory
    on
        party.municipality_id = territory.territory_id
        and territory.territory_level = 'municipality'
left join (
    select
        indicator.indicator_code,
        max(indicator.short_title) as short_title,
        max(indicator.precision_digits) as precision_digits
    from {{ ref('stg_reference__indicator_passport') }} as indicator
    group by indicator.indicator_code
) as passport
    on party.indicator_code = passport.indicator_code
