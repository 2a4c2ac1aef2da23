"""The demo: one scenario played for a person, live with Rich, as plain lines, or as one picture."""

from simulator.demo.picture import save_picture
from simulator.demo.show import show

__all__ = ["save_picture", "show"]
