-- Grain: indicator_code × year × territory_id whose series has a value of an earlier year: the change between the two,
-- in parts that add up to it exactly (int_series_change), with the names of its year.

select
    {{ cast_columns([
        ('change.indicator_code', 'indicator_code', 'text'),
        ('change.year', 'year', 'integer'),
        ('change.territory_id', 'territory_id', 'text'),
        ('change.territory_level', 'territory_level', 'text'),
        ('coalesce(history.municipality, territory.territory_name)', 'territory_name', 'text'),
        ('coalesce(history.municipality, territory.municipality)', 'municipality', 'text'),
        ('territory.municipality_id', 'municipality_id', 'text'),
        ('territory.region', 'region', 'text'),
        ('territory.region_code', 'region_code', 'text'),
        ('change.title', 'indicator_title', 'text'),
        ('change.short_title', 'indicator_short_title', 'text'),
        ('change.position', 'indicator_position', 'integer'),
        ('change.version', 'indicator_version', 'integer'),
        ('change.precision_digits', 'precision_digits', 'integer'),
        ('change.unit', 'unit', 'text'),
        ('change.previous_year', 'previous_year', 'integer'),
        ('change.value_previous', 'value_previous', 'decimal(18, 6)'),
        ('change.value', 'value', 'decimal(18, 6)'),
        ('change.value - change.value_previous', 'change', 'decimal(18, 6)'),
        ('change.part_same', 'part_same_organisations', 'decimal(18, 6)'),
        ('change.part_entered', 'part_entered', 'decimal(18, 6)'),
        ('change.part_left', 'part_left', 'decimal(18, 6)'),
        ('change.part_source', 'part_source', 'decimal(18, 6)'),
        ('change.part_passport', 'part_passport', 'decimal(18, 6)'),
        ('change.part_denominator', 'part_denominator', 'decimal(18, 6)'),
        ('change.part_not_split', 'part_not_split', 'decimal(18, 6)'),
        ('change.not_split_reason', 'not_split_reason', 'text'),
        ('change.value_common_previous', 'value_common_previous', 'decimal(18, 6)'),
        ('change.value_common', 'value_common', 'decimal(18, 6)'),
        ('change.organisations_common', 'organisations_common', 'bigint'),
        ('change.organisations_entered', 'organisations_entered', 'bigint'),
        ('change.organisations_left', 'organisations_left', 'bigint'),
        ('change.series_break', 'series_break', 'boolean'),
        ('change.series_break_kind', 'series_break_kind', 'text'),
        (release_id(), 'release_id', 'text'),
    ]) }}
from {{ ref('int_series_change') }} as change
left join {{ ref('int_territory') }} as territory
    on change.territory_id = territory.territory_id
left join {{ ref('int_municipality_year') }} as history
    on
        change.territory_id = history.municipality_id
        and change.year = history.year
