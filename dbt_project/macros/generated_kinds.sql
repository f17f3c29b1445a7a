{# Made by `python -m schemas.dbt_metadata` (make docs); not to be edited. Text, not a list: that is what a macro returns, so `raw_kinds().split()`. #}

{# The kinds of export, each a raw table. #}
{% macro raw_kinds() -%}
    organisation_registry
    staff
    headcount
    platform_registration
    platform_activity
    platform_activity_person
    service_coverage
    training_record
    equipment_delivery
    connectivity
    indicator_plan
    indicator_reported
    infrastructure
    participation
    funding
    certificate
    methodical_event
    survey
    decision
    milestone
    note
{%- endmacro %}

{# Kinds of millions of rows, which have models of their own. #}
{% macro large_kinds() -%}
    platform_activity_person
{%- endmacro %}

{# Kinds whose rows stand in a table of their own, each with its staging model. #}
{% macro row_kinds() -%}
    organisation_registry
    staff
    headcount
    platform_registration
    platform_activity
    service_coverage
    training_record
    equipment_delivery
    connectivity
    indicator_plan
    indicator_reported
    infrastructure
    participation
    funding
    certificate
    methodical_event
    survey
    decision
    milestone
    note
{%- endmacro %}

{# Kinds whose rows may speak of a territory instead of an organisation: `level` says which. #}
{% macro kinds_with_level() -%}
    indicator_plan
    indicator_reported
    participation
    funding
    certificate
    methodical_event
    survey
    decision
    milestone
    note
{%- endmacro %}

{# Kinds that say how things stood on a day: one of 1 January is of the year before. #}
{% macro snapshot_kinds() -%}
    headcount
    platform_registration
    service_coverage
    connectivity
{%- endmacro %}

{# Kinds that are sent for a period, which a month's report is waited for. #}
{% macro submitted_kinds() -%}
    headcount
    platform_registration
    platform_activity
    platform_activity_person
    service_coverage
    connectivity
{%- endmacro %}

{# Kinds whose rows are of a time with a first and a last day, be it a year. #}
{% macro kinds_with_span() -%}
    platform_activity
{%- endmacro %}

{# Kinds whose rows are of a system. #}
{% macro kinds_with_system() -%}
    platform_registration
    platform_activity
    platform_activity_person
    service_coverage
{%- endmacro %}

{# Kinds whose facts say of which years there is something to compute. #}
{% macro kinds_of_years() -%}
    headcount
    platform_registration
    platform_activity
    platform_activity_person
    service_coverage
    training_record
    equipment_delivery
    connectivity
    indicator_plan
    indicator_reported
    infrastructure
    participation
    funding
    certificate
    methodical_event
    survey
{%- endmacro %}

{# The column of a kind that holds its year; empty where a day tells it. #}
{% macro year_column(kind) -%}
    {%- if kind == 'equipment_delivery' %}delivery_year{% endif %}
    {%- if kind == 'indicator_plan' %}year{% endif %}
    {%- if kind == 'indicator_reported' %}year{% endif %}
    {%- if kind == 'infrastructure' %}start_year{% endif %}
    {%- if kind == 'participation' %}event_year{% endif %}
    {%- if kind == 'funding' %}year{% endif %}
    {%- if kind == 'methodical_event' %}event_year{% endif %}
{%- endmacro %}

{# The day of the facts of a kind, or the last day of their period. #}
{% macro fact_column(kind) -%}
    {%- if kind == 'headcount' %}snapshot_date{% endif %}
    {%- if kind == 'platform_registration' %}snapshot_date{% endif %}
    {%- if kind == 'platform_activity' %}period_end{% endif %}
    {%- if kind == 'platform_activity_person' %}activity_date{% endif %}
    {%- if kind == 'service_coverage' %}snapshot_date{% endif %}
    {%- if kind == 'training_record' %}issued_on{% endif %}
    {%- if kind == 'equipment_delivery' %}delivered_on{% endif %}
    {%- if kind == 'connectivity' %}measured_on{% endif %}
    {%- if kind == 'participation' %}held_on{% endif %}
    {%- if kind == 'certificate' %}snapshot_date{% endif %}
    {%- if kind == 'methodical_event' %}held_on{% endif %}
    {%- if kind == 'survey' %}surveyed_on{% endif %}
{%- endmacro %}

{# What two senders may say differently of one key. #}
{% macro compared_columns(kind) -%}
    {%- if kind == 'organisation_registry' %}ogrn oktmo region municipality full_name short_name organisation_type locality_type is_general_education programmes is_branch head_inn valid_to successor_inn{% endif %}
    {%- if kind == 'staff' %}position category_code dismissed_on is_external{% endif %}
    {%- if kind == 'headcount' %}students teachers leaders parents{% endif %}
    {%- if kind == 'platform_registration' %}registered headcount confirmed{% endif %}
    {%- if kind == 'platform_activity' %}active headcount messages calls call_minutes chats{% endif %}
    {%- if kind == 'platform_activity_person' %}role_code messages calls call_minutes{% endif %}
    {%- if kind == 'service_coverage' %}covered headcount{% endif %}
    {%- if kind == 'training_record' %}document_type document_status programme_title hours{% endif %}
    {%- if kind == 'equipment_delivery' %}quantity programme contract cost{% endif %}
    {%- if kind == 'connectivity' %}speed_text provider connection_type has_guaranteed_traffic{% endif %}
    {%- if kind == 'indicator_plan' %}plan_text unit scope document_date{% endif %}
    {%- if kind == 'indicator_reported' %}fact_text unit scope document_date{% endif %}
    {%- if kind == 'infrastructure' %}ended_on state remark{% endif %}
    {%- if kind == 'participation' %}participants counting_unit classes{% endif %}
    {%- if kind == 'funding' %}amount unit document{% endif %}
    {%- if kind == 'certificate' %}issued{% endif %}
    {%- if kind == 'methodical_event' %}events participants{% endif %}
    {%- if kind == 'survey' %}answered satisfied satisfied_share{% endif %}
    {%- if kind == 'decision' %}document_date text responsible due_on recurrence due_day_of_month is_continuing indicator_code threshold state{% endif %}
    {%- if kind == 'milestone' %}title started_on due_on plan_text document_type control_level state{% endif %}
    {%- if kind == 'note' %}text document{% endif %}
{%- endmacro %}
