"""Marts to people: release, gate, manifest, reading a release."""
