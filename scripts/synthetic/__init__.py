"""The embedded economy: synthetic input-output tables for users who have none yet."""
