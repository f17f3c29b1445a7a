"""Sheets of text in; blocks and tables out, each of one kind and layout: headers, titles, rows that are no data."""
