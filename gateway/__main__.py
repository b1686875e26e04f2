"""`python -m gateway`: serves the pages until SIGTERM."""

from gateway.app import main

main()
