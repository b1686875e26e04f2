"""python -m services.identity"""

from chassis.process.runner import run_process
from messages.variables import VARIABLES
from services.identity.app import build
from services.identity.settings import Settings

if __name__ == "__main__":
    run_process("identity", Settings, build, variables=VARIABLES)
