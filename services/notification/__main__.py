"""python -m services.notification"""

from chassis.process.runner import run_process
from messages.variables import VARIABLES
from services.notification.app import build
from services.notification.settings import Settings

if __name__ == "__main__":
    run_process("notification", Settings, build, variables=VARIABLES)
