"""Files to accepted rows: receive, recognise, read, normalise, validate, match, load."""
