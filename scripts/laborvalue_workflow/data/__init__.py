"""How data is read and written: files, dataset folders, the results of stages, panels."""
