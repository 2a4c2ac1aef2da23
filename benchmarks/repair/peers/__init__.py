"""How do others repair? Models after their sources, on the same worlds."""
