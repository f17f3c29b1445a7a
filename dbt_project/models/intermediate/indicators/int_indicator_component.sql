-- Grain: indicator × year × entity × component of its passport that has a value. A component is a side, a measure, its
-- role, system and subject.

{{ component_rows(ref('int_indicator_population')) }}
