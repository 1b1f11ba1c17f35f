"""The open readings of the paper: which there are, what each changes, and what the results say about them all."""
