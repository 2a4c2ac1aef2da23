"""The imperative shell: one file a function, and what they share. It reads, asks the pure rooms, and acts."""
