"""Weight: whole grams, and the price of a kilogram."""

from storefront.exact import Exact, half_up
from storefront.money import Fen

GRAMS_PER_KG = 1_000
GRAMS_PER_JIN = 500


class Grams(Exact):
    """A weight in whole grams; may be negative (a movement out of a lot)."""

    __slots__ = ()


class FenPerKg(Exact):
    """A price in whole fen for one kilogram."""

    __slots__ = ()

    def of(self, grams: Grams) -> Fen:
        """Return what ``grams`` cost at this price, half a fen rounded up."""
        return Fen(half_up(int(self) * int(grams), GRAMS_PER_KG))

    @classmethod
    def per_jin(cls, fen: int) -> "FenPerKg":
        """Return the price of a kilogram when one jin (500 g) costs ``fen``."""
        return cls(fen * GRAMS_PER_KG // GRAMS_PER_JIN)


NOTHING = Grams(0)
