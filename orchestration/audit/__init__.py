"""The journal of acts: who decided, published, forgot, purged, restored, backed up, provisioned.

chain.py says what a line is and whether a chain of them is whole; journal.py keeps the file.
"""
