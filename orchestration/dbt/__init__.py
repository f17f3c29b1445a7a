"""dbt beside Dagster: its project, which of it a night has to build, and the build itself."""
