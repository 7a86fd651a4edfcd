"""The machine: everything that can happen in the county, in any order."""

from tests.machine.ordinary import Ordinary
from tests.machine.registers import Registers
from tests.machine.strays import Strays


class County(Ordinary, Registers, Strays):
    """All steps in one county."""
