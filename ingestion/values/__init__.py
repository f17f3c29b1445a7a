"""Text of a cell in; a typed value out, or why there is none: numbers, bounds, dates, codes, people."""
