"""Files of the landing folder in; bytes in the archive and receipts in the journal out."""
