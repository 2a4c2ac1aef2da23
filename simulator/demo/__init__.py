"""The demo: one scenario played for a person, live with Rich or as plain lines."""

from simulator.demo.show import show

__all__ = ["show"]
