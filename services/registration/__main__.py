"""python -m services.registration"""

from chassis.process.runner import run_process
from messages.variables import VARIABLES
from services.registration.app import build
from services.registration.settings import Settings

if __name__ == "__main__":
    run_process("registration", Settings, build, variables=VARIABLES)
