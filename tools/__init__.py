"""Tools of the house. What a document can derive, `python -m tools.documents` writes, and a test keeps it so."""
