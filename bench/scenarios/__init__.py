"""One file per thing measured; each returns its `Result`."""
