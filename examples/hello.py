"""Runs one task on every node of the cluster and says where each ran."""

import argparse
import os

import ray

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--lr", type=float, default=1e-3)
arguments = parser.parse_args()

ray.init()  # RAY_ADDRESS is set by rayslurm.


@ray.remote(num_cpus=1)
def greet(seed: int) -> str:
    context = ray.get_runtime_context()
    return f"hello from {os.uname().nodename} (node {context.get_node_id()[:8]}), seed {seed}"


nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1]
on_each = [
    greet.options(
        scheduling_strategy=ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
    ).remote(arguments.seed)
    for node in nodes
]
for line in ray.get(on_each):
    print(line)
print(f"{len(nodes)} nodes, learning rate {arguments.lr}")
