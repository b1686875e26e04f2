"""The commands, one module for each group, and what several of them share."""
