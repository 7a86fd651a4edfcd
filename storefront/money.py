"""Money: whole fen, one hundredth of a yuan."""

from typing import Self

from storefront.exact import Exact, half_up

BASIS_POINTS = 10_000


class Fen(Exact):
    """An amount of money in whole fen; may be negative."""

    __slots__ = ()

    def bp(self, points: int) -> Self:
        """Return ``points`` basis points (1/10,000) of the amount, half rounded up.

        With :meth:`storefront.weight.FenPerKg.of` this is the only place where
        money is multiplied by a ratio.
        """
        return type(self)(half_up(int(self) * points, BASIS_POINTS))


ZERO = Fen(0)
