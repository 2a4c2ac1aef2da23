"""What does a stack cost a month? Played, counted, and charged at AWS's public prices."""
