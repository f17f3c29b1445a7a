"""Comparisons and measurements, run by hand; what they print is kept under docs/."""
