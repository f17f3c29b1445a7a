"""Pages of docs/ made from metadata; a test fails when a page is behind what it is made from."""
