"""The machine: everything that can happen in the county, in any order."""

from tests.machine.registers import Registers
from tests.machine.seldom import Seldom
from tests.machine.strays import Strays


class County(Seldom, Registers, Strays):
    """All steps in one county."""
