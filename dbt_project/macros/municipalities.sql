{# The district, city or округ of an ОКТМО: eleven digits name a settlement, the first five of them what it lies in. #}
{% macro municipality_code(oktmo) -%}
    case
        when length({{ oktmo }}) = 11 then {{ code_of_district(oktmo) }}
        else {{ oktmo }}
    end
{%- endmacro %}

{% macro code_of_district(oktmo) -%}
    {{ dbt.concat(["substr(" ~ oktmo ~ ", 1, 5)", "'000'"]) }}
{%- endmacro %}

{# A municipality's code by a row of the registry. Settlements of one district carry codes of their own; only the first
   five digits tell a district and the округ it became apart. #}
{% macro municipality_code_then(oktmo, present_code) -%}
    case
        when substr({{ oktmo }}, 1, 5) = substr({{ present_code }}, 1, 5) then {{ present_code }}
        else coalesce({{ municipality_code(oktmo) }}, {{ present_code }})
    end
{%- endmacro %}
