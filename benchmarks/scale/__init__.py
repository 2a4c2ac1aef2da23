"""How far does one stack go? Many clusters, large ones, storms, and an AWS that answers one read in a hundred."""
