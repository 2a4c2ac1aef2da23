"""The operator's command `ballast`, installed from a clone (`pipx install .`); it is not part of the layer."""
