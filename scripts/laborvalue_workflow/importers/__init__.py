"""Published tables -> a dataset folder: one reader per kind of source, one screening, one writer.

`reader`: what the kinds differ in, one `Reader` each; `readers`: their register; `ceads_city`, `ceads_province`, `nbs`,
`pymrio_system` with `saved_account`, `single_region`: the kinds, each read into a `table.PublishedTable`; `options`:
the config's section `import`; `context`: the options with regions, sectors and lists, each read once; `plan`: what an
import reads and writes, for the workflow; `year`: the import of a year; `checks`: what is wrong in a table;
`hours`: hours of living labor; `units`: units that files state;
`regions`, `sectors`, `textfiles`: the small files of the user; `joins`: their rows that nothing reads.
"""
