"""What the product is compared with: the same work for one kind, written by hand."""
