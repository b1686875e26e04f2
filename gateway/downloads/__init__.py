"""Statements to keep: PDF for the files, CSV for the books, of a month and of all months that are listed."""
