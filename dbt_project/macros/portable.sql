{# Everything that differs between engines, behind adapter.dispatch. Models use these names only. #}

{% macro year_end(year) -%}{{ return(adapter.dispatch('year_end', 'vitrina')(year)) }}{%- endmacro %}
{% macro default__year_end(year) -%}
    make_date(cast({{ year }} as integer), 12, 31)
{%- endmacro %}

{# 31 August. #}
{% macro school_year_end(year) -%}{{ return(adapter.dispatch('school_year_end', 'vitrina')(year)) }}{%- endmacro %}
{% macro default__school_year_end(year) -%}
    make_date(cast({{ year }} as integer), 8, 31)
{%- endmacro %}

{% macro month_start(day) -%}{{ return(adapter.dispatch('month_start', 'vitrina')(day)) }}{%- endmacro %}
{% macro default__month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{% macro add_days(day, days) -%}{{ return(adapter.dispatch('add_days', 'vitrina')(day, days)) }}{%- endmacro %}
{% macro default__add_days(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{% macro add_months(day, months) -%}{{ return(adapter.dispatch('add_months', 'vitrina')(day, months)) }}{%- endmacro %}
{% macro default__add_months(day, months) -%}
    cast({{ dbt.dateadd('month', months, day) }} as date)
{%- endmacro %}

{# '2024-12' #}
{% macro month_label(day) -%}{{ return(adapter.dispatch('month_label', 'vitrina')(day)) }}{%- endmacro %}
{% macro default__month_label(day) -%}
    substr(cast({{ day }} as {{ dbt.type_string() }}), 1, 7)
{%- endmacro %}

{# The different values of a group, in order, as one text. #}
{% macro text_list(expression) -%}{{ return(adapter.dispatch('text_list', 'vitrina')(expression)) }}{%- endmacro %}
{% macro default__text_list(expression) -%}
    string_agg(distinct {{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}
{% macro spark__text_list(expression) -%}
    array_join(array_sort(collect_set({{ expression }})), ', ')
{%- endmacro %}

{# The values of a group, each as often as it is there, in the order of something else, as one text. #}
{% macro text_list_by(expression, order, separator="', '") -%}
    {{ return(adapter.dispatch('text_list_by', 'vitrina')(expression, order, separator)) }}
{%- endmacro %}
{% macro default__text_list_by(expression, order, separator) -%}
    string_agg({{ expression }}, {{ separator }} order by {{ order }})
{%- endmacro %}
{% macro spark__text_list_by(expression, order, separator) -%}
    array_join(
        transform(array_sort(collect_list(struct({{ order }}, {{ expression }} as text))), x -> x.text), {{ separator }}
    )
{%- endmacro %}

{# Rounds a decimal half away from zero at a number of digits that is itself a column (0 to 3). #}
{% macro round_half_up(value, digits) -%}{{ return(adapter.dispatch('round_half_up', 'vitrina')(value, digits)) }}{%- endmacro %}
{% macro default__round_half_up(value, digits) -%}
    case {{ digits }}
        when 0 then cast(round(cast({{ value }} as decimal(18, 6)), 0) as decimal(18, 6))
        when 1 then cast(round(cast({{ value }} as decimal(18, 6)), 1) as decimal(18, 6))
        when 2 then cast(round(cast({{ value }} as decimal(18, 6)), 2) as decimal(18, 6))
        else cast(round(cast({{ value }} as decimal(18, 6)), 3) as decimal(18, 6))
    end
{%- endmacro %}

{# Lower case, ё as е, punctuation as spaces, a space at both ends: so that '% цос %' finds a whole word. #}
{% macro folded_title(text) -%}{{ return(adapter.dispatch('folded_title', 'vitrina')(text)) }}{%- endmacro %}
{% macro default__folded_title(text) -%}
    {{ dbt.concat(["' '", "translate(lower(" ~ text ~ "), 'ё«»\"(),.:;-–—', 'е            ')", "' '"]) }}
{%- endmacro %}

{# What a refresh tells its build: VITRINA_RELEASE_ID, VITRINA_AS_OF_DATE, VITRINA_CODE_DIGEST. Read when a model runs
   and not when it is parsed: dbt would parse the project anew whenever one of them changes, that is every night. #}
{% macro build_parameter(name) -%}
    {%- if execute -%} {{ env_var('VITRINA_' ~ name, '') }} {%- endif -%}
{%- endmacro %}

{# The day that counts as today: VITRINA_AS_OF_DATE (an ISO date) when given, so that a build can be repeated. The last
   year computed and the end of unfinished years depend on it. #}
{% macro today() -%}{{ return(adapter.dispatch('today', 'vitrina')()) }}{%- endmacro %}
{% macro default__today() -%}
    {%- set given = build_parameter('AS_OF_DATE') | trim -%}
    {%- if given -%} cast('{{ given }}' as date) {%- else -%} current_date {%- endif -%}
{%- endmacro %}

{# The form in which units are compared: foundation.text.fold for what units are made of. #}
{% macro folded_unit(text) -%}{{ return(adapter.dispatch('folded_unit', 'vitrina')(text)) }}{%- endmacro %}
{% macro default__folded_unit(text) -%}
    lower(trim(replace(replace({{ text }}, 'ё', 'е'), 'Ё', 'Е')))
{%- endmacro %}


{# One bit for each day of a month: 1 for the first, 2 for the second, 4 for the third. #}
{% macro bit_of_day(day) -%}{{ return(adapter.dispatch('bit_of_day', 'vitrina')(day)) }}{%- endmacro %}
{% macro default__bit_of_day(day) -%}
    (cast(1 as bigint) << cast(extract(day from {{ day }}) - 1 as integer))
{%- endmacro %}
{% macro spark__bit_of_day(day) -%}
    shiftleft(cast(1 as bigint), cast(extract(day from {{ day }}) - 1 as integer))
{%- endmacro %}

{# Whole numbers in order, as one text. #}
{% macro number_list(expression) -%}{{ return(adapter.dispatch('number_list', 'vitrina')(expression)) }}{%- endmacro %}
{% macro default__number_list(expression) -%}
    string_agg(cast({{ expression }} as {{ dbt.type_string() }}), ', ' order by {{ expression }})
{%- endmacro %}
{# An ordered aggregate holds every number several times over in memory; a list of numbers is sorted at the end. #}
{% macro duckdb__number_list(expression) -%}
    array_to_string(list_sort(list({{ expression }})), ', ')
{%- endmacro %}
{% macro spark__number_list(expression) -%}
    array_join(array_sort(collect_list({{ expression }})), ', ')
{%- endmacro %}

{# The place of a row among those of a month, as one number that sorts by day, row and file: 5, 36 and 22 bits. #}
{% macro place_in_month(day, source_row, file_sk) -%}
    (
        cast(extract(day from {{ day }}) as bigint) * 288230376151711744
        + {{ source_row }} * 4194304 + {{ file_sk }}
    )
{%- endmacro %}
{% macro row_of_place(place) -%}{{ return(adapter.dispatch('row_of_place', 'vitrina')(place)) }}{%- endmacro %}
{% macro default__row_of_place(place) -%}
    (({{ place }} % 288230376151711744) // 4194304)
{%- endmacro %}
{% macro spark__row_of_place(place) -%}
    (({{ place }} % 288230376151711744) div 4194304)
{%- endmacro %}
{% macro file_of_place(place) -%}
    ({{ place }} % 4194304)
{%- endmacro %}

{# Whether a month's bits (bit_of_day) have one within a period, both days of which count. #}
{% macro has_day_within(days, month, period_start, period_end) -%}
    {{ return(adapter.dispatch('has_day_within', 'vitrina')(
        days,
        'cast(greatest(' ~ dbt.datediff(month, period_start, 'day') ~ ', 0) as integer)',
        'cast(least(' ~ dbt.datediff(month, period_end, 'day') ~ ', 30) as integer)',
    )) }}
{%- endmacro %}
{% macro default__has_day_within(days, first, last) -%}
    ({{ days }} >> {{ first }}) % (cast(1 as bigint) << ({{ last }} - {{ first }} + 1)) <> 0
{%- endmacro %}
{% macro spark__has_day_within(days, first, last) -%}
    shiftright({{ days }}, {{ first }}) % shiftleft(cast(1 as bigint), {{ last }} - {{ first }} + 1) <> 0
{%- endmacro %}

{# The day of a moment in the time zone of the region (VITRINA_TIMEZONE); the warehouse keeps moments in UTC. #}
{% macro local_day(moment) -%}{{ return(adapter.dispatch('local_day', 'vitrina')(moment)) }}{%- endmacro %}
{% macro default__local_day(moment) -%}
    cast(from_utc_timestamp({{ moment }}, '{{ build_parameter("TIMEZONE") | trim or "Europe/Moscow" }}') as date)
{%- endmacro %}
{% macro duckdb__local_day(moment) -%}
    cast(
        timezone('{{ build_parameter("TIMEZONE") | trim or "Europe/Moscow" }}', timezone('UTC', {{ moment }})) as date
    )
{%- endmacro %}
