"""Text of a cell to a typed value: numbers, bounds, dates, codes, people."""
