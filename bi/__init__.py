"""Superset over the published release: datasets, dashboards and access as files, provisioned by its REST API."""
