"""A recognised file in; accepted, rejected, held and ignored rows out, with every problem. Writes nothing."""
