"""The wire in documents: a snapshot for each type, what may change between two, and the AsyncAPI document."""
