{# Made by `python -m schemas.dbt_metadata` (make docs); not to be edited. #}

{# Measures read from one column of a kind of export, each «kind.measure». #}
{% macro read_measures() -%}
    platform_registration.registered
    platform_registration.confirmed
    platform_registration.registration_headcount
    platform_activity.active
    platform_activity.activity_headcount
    participation.participants
    methodical_event.events
    certificate.certificates
{%- endmacro %}

{# The rows of one of them, as int_measure unions them. #}
{% macro read_measure_rows(read_measure) -%}
    {%- if read_measure == 'platform_registration.registered' %}{{ measure_rows('platform_registration', "'registered'", 'registered', role='role_code', system='system_code', subject=none, starts='snapshot_date', ends='snapshot_date', is_snapshot=true) }}{% endif %}
    {%- if read_measure == 'platform_registration.confirmed' %}{{ measure_rows('platform_registration', "'confirmed'", 'confirmed', role='role_code', system='system_code', subject=none, starts='snapshot_date', ends='snapshot_date', is_snapshot=true) }}{% endif %}
    {%- if read_measure == 'platform_registration.registration_headcount' %}{{ measure_rows('platform_registration', "'registration_headcount'", 'headcount', role='role_code', system='system_code', subject=none, starts='snapshot_date', ends='snapshot_date', is_snapshot=true) }}{% endif %}
    {%- if read_measure == 'platform_activity.active' %}{{ measure_rows('platform_activity', "'active'", 'active', role='role_code', system='system_code', subject=none, starts='period_start', ends='period_end', is_snapshot=false) }}{% endif %}
    {%- if read_measure == 'platform_activity.activity_headcount' %}{{ measure_rows('platform_activity', "'activity_headcount'", 'headcount', role='role_code', system='system_code', subject=none, starts='period_start', ends='period_end', is_snapshot=false) }}{% endif %}
    {%- if read_measure == 'participation.participants' %}{{ event_rows('participation', "'participants'", 'participants', subject='event_code', day='held_on', year='event_year') }}{% endif %}
    {%- if read_measure == 'methodical_event.events' %}{{ event_rows('methodical_event', "'events'", 'events', subject='event_code', day='held_on', year='event_year') }}{% endif %}
    {%- if read_measure == 'certificate.certificates' %}{{ measure_rows('certificate', "'certificates'", 'issued', role=none, system=none, subject=none, starts='snapshot_date', ends='snapshot_date', is_snapshot=true) }}{% endif %}
{%- endmacro %}
