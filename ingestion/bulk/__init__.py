"""Files of millions of rows in; rows in the build out, streamed and checked by SQL, month by month."""
