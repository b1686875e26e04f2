"""docs/bench.md, section by section: what was found, what is asked, what falls short."""
