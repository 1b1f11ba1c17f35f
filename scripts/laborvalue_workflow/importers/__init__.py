"""Published tables -> a dataset folder: one reader per kind of source, one screening, one writer.

`plan`: what an import reads and writes, for the workflow; `options`: the config's section `import`; `year`: the import
of a year; `ceads_city`, `ceads_province`, `nbs`, `pymrio_system` with `saved_account`: the readers, each of which
returns a `table.PublishedTable`; `checks`, `screening`, `screening_page`: what is wrong in a table and what is done
about it; `hours`: hours of living labor; `units`: units that files state; `regions`, `sectors`, `textfiles`: the small
files of the user; `joins`: their rows that nothing reads.
"""
