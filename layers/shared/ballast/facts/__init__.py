"""What is true now: immutable facts as AWS told them. Nothing here decides, asks or says anything."""
