"""Rows and the registry in; matched rows out, and the others with what a steward needs to decide."""
