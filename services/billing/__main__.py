"""python -m services.billing"""

from chassis.process.runner import run_process
from messages.variables import VARIABLES
from services.billing.app import build
from services.billing.settings import Settings

if __name__ == "__main__":
    run_process("billing", Settings, build, variables=VARIABLES)
