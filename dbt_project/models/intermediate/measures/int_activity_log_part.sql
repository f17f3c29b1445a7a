-- Grain: month × system × entity × role × file × sheet of the log of activity: what one file tells of an organisation's
-- month. `people` are those whose first active row of the month stands in this file, so that over the files they add up
-- to the different people active; `person_rows` lists those rows. A part without an active row was replaced whole by
-- later files; one that `replaces` took the place of rows of earlier ones. Only changed months are computed.

{{ config(
    materialized='incremental', incremental_strategy='replace_months', on_schema_change='sync_all_columns',
    meta={'kind': 'platform_activity_person'},
) }}
{% set months = months_to_build('platform_activity_person') -%}
with log as (
    {{ log_of_months(months) }}
),

steward as (
    select
        code.code_sk,
        code.code
    from {{ source('bulk', 'code') }} as code
    where code.code = 'steward'
),

part as (
    select
        log.month,
        log.system_code_sk,
        organisation.entity_sk,
        log.role_code_sk,
        log.file_sk,
        max(steward.code) as match_rule,
        min(log.source_row) as first_row,
        count(*) as source_rows,
        sum(log.is_active) as active_rows,
        max(log.replaces) as replaces
    from log
    inner join {{ numbered_organisations() }} as organisation
        on log.organisation_sk = organisation.organisation_sk
    left join steward
        on log.match_rule_sk = steward.code_sk
    group by log.month, log.system_code_sk, organisation.entity_sk, log.role_code_sk, log.file_sk
),

person as (
    select
        person_month.month,
        person_month.system_code_sk,
        person_month.entity_sk,
        person_month.role_code_sk,
        {{ file_of_place('person_month.first_place') }} as file_sk,
        count(*) as people,
        min({{ row_of_place('person_month.first_place') }}) as first_row,
        {{ number_list(row_of_place('person_month.first_place')) }} as person_rows
    from {{ ref('int_person_month') }} as person_month
    where {{ within_months('person_month.month', months) }}
    group by
        person_month.month, person_month.system_code_sk, person_month.entity_sk, person_month.role_code_sk,
        {{ file_of_place('person_month.first_place') }}
)

select
    part.month,
    system.code as system_code,
    organisation.entity_id,
    role.code as role_code,
    bulk_file.file_sha256,
    bulk_file.sheet,
    bulk_file.load_sequence,
    bulk_file.loaded_at,
    part.match_rule,
    {{ dbt.concat([
        'bulk_file.file_sha256', "'|'", 'bulk_file.sheet', "'|'", month_label('part.month'), "'|'", 'system.code', "'|'",
        'organisation.entity_id', "'|'", 'role.code'
    ]) }} as row_id,
    coalesce(person.first_row, part.first_row) as source_row,
    part.source_rows,
    cast(part.active_rows as bigint) as active_rows,
    part.replaces,
    coalesce(person.people, 0) as people,
    person.person_rows,
    changed.revision
from part
inner join ({{ month_rows(months) }}) as changed
    on part.month = changed.month
inner join {{ source('bulk', 'code') }} as system
    on part.system_code_sk = system.code_sk
inner join {{ source('bulk', 'code') }} as role
    on part.role_code_sk = role.code_sk
inner join {{ source('bulk', 'organisation') }} as organisation
    on part.entity_sk = organisation.organisation_sk
inner join {{ source('bulk', 'file') }} as bulk_file
    on part.file_sk = bulk_file.file_sk
left join person
    on
        part.month = person.month
        and part.system_code_sk = person.system_code_sk
        and part.entity_sk = person.entity_sk
        and part.role_code_sk = person.role_code_sk
        and part.file_sk = person.file_sk
