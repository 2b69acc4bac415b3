"""The grammar of the HTTP API: one door for every view, problems, keyset pages, the schema."""
