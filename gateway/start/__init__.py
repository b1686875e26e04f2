"""The start page, and the files that are no pages."""
