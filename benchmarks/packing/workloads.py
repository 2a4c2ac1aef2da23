"""Which task mixes and which instance types are measured? All made here, from a seed and one price list."""

from __future__ import annotations

import csv
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ballast.packing.model import Pool, Shape

type Demand = dict[Shape, int]

PRICE_LIST = Path(__file__).parent / "data" / "instance_types.csv"

# Six Auto Scaling groups; the mixed-instances groups of a grown account; every current x86 c, m and r type up to 24xlarge.
POOLS = {
    "small": r"(c6i|m6i|r6i)\.(xlarge|2xlarge)",
    "fleet": r"(c6i|m6i|r6i|m5|m7i)\.(xlarge|2xlarge|4xlarge)",
    "medium": r"(c|m|r)(6i|6a|7a|7i)\.(large|xlarge|2xlarge|4xlarge|8xlarge)",
    "full": r"(c|m|r)[5-8][a-z\-]*\.(large|xlarge|(2|4|8|9|12|16|18|24)xlarge)",
}
GPU_TYPES = r"(g4dn|g5|g6)\.\d*xlarge"

# The task sizes that Fargate offers: CPU units, MiB (AmazonECS developer guide, "Task CPU and memory").
LATTICE = (
    [(256, m) for m in (512, 1024, 2048)]
    + [(512, m) for m in (1024, 2048, 3072, 4096)]
    + [(1024, m) for m in range(2048, 8193, 1024)]
    + [(2048, m) for m in range(4096, 16385, 1024)]
    + [(4096, m) for m in range(8192, 30721, 1024)]
)


def pools(size: str, *, gpu: bool = False) -> list[Pool]:
    wanted = POOLS[size] + (f"|{GPU_TYPES}" if gpu else "")
    with PRICE_LIST.open(newline="") as file:
        return [
            Pool(
                name=row["instance_type"],
                instance_type=row["instance_type"],
                capacity={
                    "cpu": int(row["cpu_units"]),
                    "memory": int(row["registered_memory_mib"]),
                    "gpu": int(row["gpus"]),
                    "eni": int(row["branch_interfaces"]),
                },
                price_usd_per_hour=float(row["usd_per_hour"]),
            )
            for row in csv.DictReader(file)
            if re.fullmatch(wanted, row["instance_type"])
        ]


def karpenter(tasks: int, seed: int) -> Demand:
    """Karpenter's scheduling benchmark: CPU and memory drawn apart, 30 shapes, without its affinity rules."""
    rng = random.Random(seed)
    sizes = Counter(
        (rng.choice((102, 256, 512, 1024, 1536)), rng.choice((100, 256, 512, 1024, 2048, 4096))) for _ in range(tasks)
    )
    return {Shape(f"{c}x{m}", {"cpu": c, "memory": m}): n for (c, m), n in sorted(sizes.items(), reverse=True)}


def kwok_basic(tasks: int, _seed: int) -> Demand:
    """Karpenter's KWOK suite, "basic": half small, half large pods."""
    return {
        Shape("small", {"cpu": 922, "memory": 3100}): tasks // 2,
        Shape("large", {"cpu": 3584, "memory": 28672}): tasks - tasks // 2,
    }


WIDE_CPU_MILLI = (
    240, 450, 650, 900, 1400, 1900, 2400, 2800, 3300, 3700, 2300, 900, 1300, 2800, 1800,
    1850, 3300, 3800, 225, 450, 700, 900, 1300, 1800, 2400, 2800, 3400, 3800, 3300, 2800,
)  # fmt: skip
WIDE_MIB = (
    300, 400, 700, 1024, 2048, 4096, 8192, 4096, 16384, 10240, 65536, 30720, 32768, 32768, 30720,
    20480, 30720, 300, 500, 750, 1024, 2048, 4096, 8192, 16384, 32768, 28672, 65536, 13312, 24576,
)  # fmt: skip


def kwok_wide(tasks: int, _seed: int) -> Demand:
    """Karpenter's KWOK suite, "wide": 30 deployments, the first three with one pod a host (where that can be)."""
    demand = {}
    for i, (cpu, memory) in enumerate(zip(WIDE_CPU_MILLI, WIDE_MIB, strict=True)):
        copies = round(tasks * (35 if i < 20 else 30) / 1000)
        demand[Shape(f"wide-{i}", {"cpu": math.ceil(cpu * 1.024), "memory": memory}, 1 if i < 3 else None)] = copies
    return demand


def zipf(rng: random.Random, services: int, tasks: int, exponent: float) -> list[int]:
    weights = [1 / (i + 1) ** exponent for i in range(services)]
    rng.shuffle(weights)
    return [max(1, int(tasks * w / sum(weights))) for w in weights]


def ecs(tasks: int, seed: int, services: int = 40) -> Demand:
    """Fargate's sizes, the small ones likelier; 60 % awsvpc (an interface each), some with a static host port."""
    rng = random.Random(seed)
    likely = [1 / (c / 256) ** 1.6 / math.sqrt(m / c) for c, m in LATTICE]
    demand = {}
    for i, copies in enumerate(zipf(rng, services, tasks, 1.1)):
        cpu, memory = rng.choices(LATTICE, likely)[0]
        requirements = {"cpu": cpu, "memory": memory, "eni": int(rng.random() < 0.6)}
        if not requirements["eni"] and copies <= tasks // 50 and rng.random() < 0.25:
            requirements[f"port:tcp:{8000 + i}"] = 1
        demand[Shape(f"service-{i}", requirements)] = copies
    return demand


def memory_heavy(tasks: int, seed: int) -> Demand:
    """Caches and JVMs: 2 to 30 GiB in odd sizes, few on an instance."""
    rng = random.Random(seed)
    demand = {}
    for i, copies in enumerate(zipf(rng, 25, tasks, 0.7)):
        memory = round(rng.uniform(2.0, 30.0) * 16) * 64
        demand[Shape(f"cache-{i}", {"cpu": rng.choice((128, 256, 512, 1024)), "memory": memory})] = copies
    return demand


def gpu(tasks: int, seed: int) -> Demand:
    """A quarter of the services use GPUs (few copies), the others share the cluster."""
    rng = random.Random(seed)
    demand = {}
    for i, copies in enumerate(zipf(rng, 24, tasks, 1.0)):
        if i % 4 == 0:
            gpus = rng.choice((1, 1, 1, 2, 4))
            cpu, memory = rng.choice((1024, 2048, 3072, 4096)), rng.choice((4096, 8192, 12288))
            demand[Shape(f"model-{i}", {"cpu": cpu * gpus, "memory": memory * gpus, "gpu": gpus})] = max(
                1, copies // 25
            )
        else:
            cpu, memory = rng.choice(LATTICE[:16])
            demand[Shape(f"service-{i}", {"cpu": cpu, "memory": memory})] = copies
    return demand


def diverse(tasks: int, seed: int) -> Demand:
    """198 services of 198 different sizes."""
    rng = random.Random(seed)
    sizes: set[tuple[int, int]] = set()
    while len(sizes) < 198:
        cpu, memory = rng.choice(LATTICE)
        sizes.add((cpu // rng.choice((1, 2)) + 64 * rng.randrange(4), memory + 64 * rng.randrange(12)))
    counts = zipf(rng, 198, tasks, 0.9)
    return {
        Shape(f"service-{i}", {"cpu": c, "memory": m}): n
        for i, ((c, m), n) in enumerate(zip(sorted(sizes), counts, strict=True))
    }


MIXES: dict[str, Callable[[int, int], Demand]] = {
    "karpenter": karpenter,
    "kwok-basic": kwok_basic,
    "kwok-wide": kwok_wide,
    "ecs": ecs,
    "memory": memory_heavy,
    "gpu": gpu,
    "diverse": diverse,
}
