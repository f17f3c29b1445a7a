"""Command line: one small module per verb, no logic of its own."""
