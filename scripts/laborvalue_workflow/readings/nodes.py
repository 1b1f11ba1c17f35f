"""What the jobs of the readings compute: nodes, batches of them, and how a command line passes them on."""

import hashlib
import json
from dataclasses import astuple, dataclass, replace

from laborvalue.readings.choices import Alternative, Choice, Choices, Incompatible, Level, Space, level_of

# The file name of the estimates of the run's own reading.
RUN = "run"
# There are at least so many processes, or a multiple of it, so that two cores have as much to do.
LEAST_BATCHES = 2
# So many nodes in one process: many of a small system, where starting a process counts, few of a large one, where a
# cluster has work for many nodes at a time.
LEAST_PER_BATCH, MOST_PER_BATCH = 16, 256
CELLS_PER_BATCH = 320_000


@dataclass(frozen=True)
class Node:
    """One file of the readings: what a set of readings shares.

    key: the stem of its file; above: the key of the file it is computed from, empty for the run's own; changes: value
    by name of the choices that it sets otherwise than the run.
    """

    key: str
    above: str
    changes: dict


@dataclass(frozen=True)
class Plan:
    """The readings of a run and their nodes.

    space: the choices; readings: all of them; nodes: {level: {key: Node}}; per_batch: how many nodes one process takes.
    """

    space: Space
    readings: list
    nodes: dict
    per_batch: int

    def batches(self, level):
        """The nodes of a level in batches, {number: [Node]}; those that are computed from one file are in one batch.

        Which batch depends on that file's key and on the number of nodes, not on the machine.
        """
        nodes = self.nodes[level].values()
        count = LEAST_BATCHES * max(-(-len(nodes) // (LEAST_BATCHES * self.per_batch)), 1)
        batches = {}
        for node in nodes:
            digest = hashlib.sha256((node.above or node.key).encode()).hexdigest()
            batches.setdefault(int(digest[:8], 16) % count + 1, []).append(node)
        return dict(sorted(batches.items()))

    def batch_of(self, level):
        """{key of a node: the number of its batch}."""
        return {node.key: number for number, nodes in self.batches(level).items() for node in nodes}

    @property
    def computed(self):
        """The readings that are not left out beforehand."""
        return [reading for reading in self.readings if not reading.left_out]

    def estimates_key(self, reading):
        """The stem of the file with the estimates of a reading."""
        return self.space.key(reading, Level.ESTIMATES) or RUN

    @property
    def expectation(self):
        """How many readings there are, what they share and what is left out beforehand, as one line."""
        values, panels, estimates = (len(self.nodes[level]) for level in Level)
        left_out = len(self.readings) - len(self.computed)
        return (
            f"{len(self.readings)} readings of {len(self.space.choices)} choices, {left_out} left out beforehand: "
            f"{values} sets of values, {panels} panels and {estimates} sets of tables beside the run's own."
        )

    @property
    def choices_columns(self):
        """The columns of choices.csv."""
        rows = [
            (reading.number, choice, alternative)
            for reading in self.readings
            for choice, alternative in self.space.alternatives(reading).items()
        ]
        return dict(zip(("reading", "choice", "alternative"), map(list, zip(*rows, strict=True)), strict=True))

    @property
    def register_columns(self):
        """The columns of register.csv."""
        fields = ("kind", "weight", "differs", "importance")
        numbers = {"reading": [one.number for one in self.readings]}
        return numbers | {name: [getattr(one, name) for one in self.readings] for name in fields}


def nodes_per_batch(cells):
    """How many nodes one process computes on so many region-sectors."""
    return max(LEAST_PER_BATCH, min(MOST_PER_BATCH, CELLS_PER_BATCH // cells))


def plan(space, sample, seed, per_batch=MOST_PER_BATCH):
    """The Plan of all readings of a Space."""
    readings = space.readings(sample, seed)
    nodes = {level: {} for level in Level}
    for reading in readings:
        if reading.left_out:
            continue
        above = ""
        for level in Level:
            key = space.key(reading, level)
            if level == Level.ESTIMATES:
                key = key or RUN
            if key and key not in nodes[level]:
                changes = space.changes(reading, level)
                if level == Level.ESTIMATES:  # the panel is what the others have changed
                    changes = {name: value for name, value in changes.items() if level_of(name) == level}
                nodes[level][key] = Node(key, above, changes)
            above = key
    return Plan(space, readings, nodes, per_batch)


# One word of a command line, of at most 128 KiB -------------------------------------------------------


def nodes_text(nodes):
    """Nodes as one word of a command line: `nodes_of` reads it."""
    used = {}
    for node in nodes:
        for name, value in node.changes.items():
            used.setdefault(json.dumps([name, value], sort_keys=True), len(used))
    coded = {
        node.key: [node.above, [used[json.dumps([*change], sort_keys=True)] for change in node.changes.items()]]
        for node in nodes
    }
    return json.dumps({"changes": [*map(json.loads, used)], "nodes": coded}, separators=(",", ":"))


def nodes_of(content):
    """The nodes by key, those that are computed from one file after each other. content: what `nodes_text` wrote."""
    changes = content["changes"]
    nodes = [
        Node(key, above, dict(changes[place] for place in places)) for key, (above, places) in content["nodes"].items()
    ]
    return {node.key: node for node in sorted(nodes, key=lambda node: (node.above, node.key))}


def space_text(space):
    """A Space as one word of a command line, for the job that lists the readings again: `space_of` reads it."""
    content = {
        "choices": [astuple(replace(choice, decides="")) for choice in space.choices],
        "incompatible": [*map(astuple, space.incompatible)],
        "settings": space.settings,
        "limits": [[*place, why] for place, why in sorted(space.limits.items())],
    }
    return json.dumps(content, separators=(",", ":"), sort_keys=True)


def space_of(content):
    """The Space that `space_text` wrote, without the sentences on what its choices decide."""
    choices = [
        Choice(*described, tuple(Alternative(*one) for one in alternatives))
        for *described, alternatives in content["choices"]
    ]
    pairs = [
        Incompatible(first, tuple(of_first), second, tuple(of_second), because)
        for first, of_first, second, of_second, because in content["incompatible"]
    ]
    limits = {(choice, alternative): why for choice, alternative, why in content["limits"]}
    return Space(Choices(tuple(choices), tuple(pairs)), content["settings"], limits)
