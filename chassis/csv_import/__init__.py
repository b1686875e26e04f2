"""Files that people bring as CSV: decoded, read column by column, reported line by line."""
