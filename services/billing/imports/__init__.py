"""What an operator brings: the billing system's two files, and the word that a month may be shown."""
