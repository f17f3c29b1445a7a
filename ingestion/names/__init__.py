"""A name as written in; its parts out: legal form, type, number, root, honoree, places. Knows no registry."""
