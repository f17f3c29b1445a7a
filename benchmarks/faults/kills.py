"""SIGKILL at random moments of a refresh: to all of it, or to its parent alone."""

import random
from collections.abc import Sequence

from benchmarks.faults.fault import Fault, Harm, Scene, Try
from benchmarks.faults.home import Home, NotReachedError
from benchmarks.faults.processes import PARENT, SESSION

SEED = 18
BACK = 0.97
"""A refresh that was over before its moment came is killed that much earlier."""


def killed_at(share: float, victim: str) -> Harm:
    """Kill a refresh that has done this share of its work."""

    def harm(scene: Scene) -> Home:
        moment = share
        while True:
            try:
                scene.home.kill_at(moment, scene.cpu, victim)
            except NotReachedError:
                moment *= BACK
                scene.renew()
            else:
                return scene.home

    return harm


def moments(number: int, victim: str) -> Sequence[Try]:
    """Random moments, one in each of `number` equal parts of the refresh, so that no part of it is left out."""
    draw = random.Random(f"{SEED}/{victim}")
    shares = [(part + draw.random()) / number for part in range(number)]
    return [Try(f"{share:.1%} работы", killed_at(share, victim)) for share in shares]


def kills(number: int) -> list[Fault]:
    """Half of them to the whole session, half to the parent, whose readers of files live on."""
    half = max(1, number // 2)
    return [
        Fault("SIGKILL всему обновлению в случайный момент", moments(max(1, number - half), SESSION)),
        Fault("SIGKILL одному родителю (дети, читающие файлы, живы)", moments(half, PARENT)),
    ]
