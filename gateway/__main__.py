"""`python -m gateway`: serves the pages until SIGTERM."""

from chassis.process.lifetime import run_with_settings
from gateway.app import serve
from gateway.settings import Settings
from messages.variables import VARIABLES

if __name__ == "__main__":
    run_with_settings("gateway", Settings, serve, variables=VARIABLES)
