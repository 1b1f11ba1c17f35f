"""The readings of a run: the plan of what they compute, and its files."""
