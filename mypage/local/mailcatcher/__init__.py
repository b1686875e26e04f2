"""The mail catcher of `make up`: every mail of the system ends here and can be read in the browser."""
