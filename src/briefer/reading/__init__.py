"""Reading: a source becomes an `Article` whose text is cut into blocks.

`sources` finds what to read, `untrusted` has it parsed by a guarded worker, and one module a
format does the parsing. Only `sources` and `untrusted` run in the main process.
"""
