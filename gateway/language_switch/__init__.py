"""The button in the footer with which a customer changes the language."""
