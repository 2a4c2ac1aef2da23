"""Random worlds with every fault on: is there a seed that breaks an invariant?"""

from simulator.chaos.play import play_seed, run_chaos

__all__ = ["play_seed", "run_chaos"]
