"""Every message that people can get, as they get it: `make messages` prints it, messages.txt keeps it."""
