"""When and in what order: Dagster assets, checks, jobs, schedule, sensor."""
