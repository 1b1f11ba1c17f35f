"""What the scripts share: their command lines, the one reader and writer of files, datasets and the config."""
