"""The embedded economy: synthetic input-output tables for users who have no data yet.

`economy`: a year of it, from `cities`, `production`, `technology`, `demand`, `trade`, `productivity`, `accounts`;
`parameters`: its figures and what is planted in it; `profile`: the stylized figures of the sectors; `writing`: as a
dataset folder.
"""
