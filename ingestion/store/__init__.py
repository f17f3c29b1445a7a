"""Accepted rows, held rows and receipts in; tables of the build file and the archive of received bytes out."""
