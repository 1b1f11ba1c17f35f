"""What the scripts share: how they are called, the one reader and writer of files, datasets and the config."""
