-- Grain: indicator × breakdown × year × level × place × document × clause, active rows only.

{{ staged_values('indicator_plan', 'plan') }}
