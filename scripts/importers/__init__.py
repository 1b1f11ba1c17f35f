"""Published tables -> a dataset folder: one reader per kind of source, one screening, one writer."""
