{# What the product knows of a value by itself: the kind of footnote (schemas/catalogues/footnotes.yaml), the column of a
   `value` that says when it stands, and what its {words} are. A new one is an entry here, its words in the catalogue,
   and its columns among `columns_of_values`. #}
{% macro footnotes_of_values() -%}
    {{ return((
        {'kind': 'proxy', 'stands': 'value.is_proxy', 'words': {
            'system': "coalesce(system.short_title, value.source_system, 'другая система или дата')",
        }},
        {'kind': 'undecided', 'stands': 'value.organisations_undecided > 0', 'words': {
            'organisations': 'cast(value.organisations_undecided as ' ~ dbt.type_string() ~ ')',
        }},
        {'kind': 'organisation_undecided', 'stands': 'value.is_undecided', 'words': {}},
        {'kind': 'system_changed', 'stands': 'value.system_changed', 'words': {}},
    )) }}
{%- endmacro %}

{# Columns of the two marts of indicators that footnotes are made of: expression of a territory, of an organisation. #}
{% macro columns_of_values() -%}
    {{ return((
        ('is_proxy', 'is_proxy', 'is_proxy'),
        ('source_system', 'source_system', 'source_system'),
        ('organisations_undecided', 'organisations_undecided', 'cast(0 as bigint)'),
        ('is_undecided', 'false', 'is_undecided'),
        ('system_changed', 'system_changed', 'system_changed'),
    )) }}
{%- endmacro %}

{# The text of a kind of footnote with its {words} filled in. #}
{% macro footnote_text(kind, words) -%}
    {%- set filled = namespace(text=kind ~ '.text') -%}
    {%- for word, expression in words.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ word ~ "}', " ~ expression ~ ")" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}

{# A decimal as people write it: no zeros at its end, a comma. #}
{% macro plain_number(value) -%}
    replace(
        trim(trailing '.' from trim(trailing '0' from cast(cast({{ value }} as decimal(18, 6)) as {{ dbt.type_string() }}))),
        '.', ','
    )
{%- endmacro %}
