"""Throws darts on every node of the cluster at once: how many of them hit the circle tells pi."""

import argparse
import os
import pathlib
import random
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

parser = argparse.ArgumentParser()
parser.add_argument("--nodes", type=int, default=1, help="wait for so many")
parser.add_argument("--darts", type=int, default=300_000, help="so many on each node")
arguments = parser.parse_args()

ray.init()  # RAY_ADDRESS is set by rayslurm.


def nodes_with_a_processor() -> list[dict]:
    return [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1]


def wait_until(is_so, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)


@ray.remote(num_cpus=1)
class Thrower:
    def throw(self, darts: int, seed: int) -> int:
        dice = random.Random(seed)
        return sum(dice.random() ** 2 + dice.random() ** 2 < 1 for _ in range(darts))


wait_until(lambda: len(nodes_with_a_processor()) >= arguments.nodes, 60)
nodes = nodes_with_a_processor()
throwers = [
    Thrower.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)).remote()
    for node in nodes
]
hits = ray.get([thrower.throw.remote(arguments.darts, seed) for seed, thrower in enumerate(throwers)])
for node, count in zip(nodes, hits):
    job = node.get("Labels", {}).get("rayslurm/job", "?")
    print(f"job {job} on {node['NodeManagerAddress']}: {count:,} of {arguments.darts:,} darts hit")
print(f"pi is about {4 * sum(hits) / (len(nodes) * arguments.darts):.4f}, says a cluster of {len(nodes)} nodes", flush=True)
if "RAYSLURM_DEMO_SEEN" in os.environ:  # The demo shows the cluster at work first, and then writes this file.
    wait_until(pathlib.Path(os.environ["RAYSLURM_DEMO_SEEN"]).exists, 20)
