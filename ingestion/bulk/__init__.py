"""Kinds of millions of rows: streamed into the build, kept by numbers, computed month by month."""
