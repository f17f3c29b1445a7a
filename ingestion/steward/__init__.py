"""Held questions in; answers out: one by one or many in a file, settled together, taken back."""
