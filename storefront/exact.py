"""Exact whole-number quantities: the common ground of money and weight."""

from collections.abc import Iterable
from typing import NoReturn, Self


class Exact(int):
    """A whole number of one unit that mixes with nothing but its own kind.

    Sums and differences take the same unit, products take a plain int, and
    there is no division: shares come from :meth:`split`. Any other arithmetic
    raises ``TypeError``, so a fen can never be added to a gram by accident.
    """

    __slots__ = ()

    @classmethod
    def total(cls, amounts: Iterable[Self]) -> Self:
        """Return the sum of ``amounts``; zero of this unit when there are none."""
        return cls(sum(int(amount) for amount in amounts))

    def _same(self, other: object) -> int:
        if type(other) is not type(self):
            message = f"{type(self).__name__} does not mix with {type(other).__name__}"
            raise TypeError(message)
        return int(other)

    def __add__(self, other: Self) -> Self:  # type: ignore[override]  # narrower on purpose
        return type(self)(int(self) + self._same(other))

    def __sub__(self, other: Self) -> Self:  # type: ignore[override]  # narrower on purpose
        return type(self)(int(self) - self._same(other))

    def __mul__(self, times: int) -> Self:
        if isinstance(times, Exact) or not isinstance(times, int):
            message = f"{type(self).__name__} is multiplied by a plain int only"
            raise TypeError(message)
        return type(self)(int(self) * times)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return type(self)(-int(self))

    def __abs__(self) -> Self:
        return type(self)(abs(int(self)))

    def _refuse(self, _other: object = None) -> NoReturn:
        message = f"{type(self).__name__} knows no such arithmetic"
        raise TypeError(message)

    __radd__ = __rsub__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _refuse
    __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse
    __pow__ = __rpow__ = _refuse  # type: ignore[assignment]  # int's is overloaded

    def split(self, weights: Iterable[int]) -> list[Self]:
        """Split into parts in proportion to ``weights`` without losing a unit.

        Largest remainder; ties go to the earlier position, so a re-run gives
        the same parts. Weights are whole numbers, none negative; when all are
        zero the first position takes everything.

        Raises:
            ValueError: no weights, or one of them is negative.
        """
        scale = [int(weight) for weight in weights]
        if not scale or min(scale) < 0:
            message = "split needs at least one weight, none of them negative"
            raise ValueError(message)
        whole = sum(scale)
        if whole == 0:
            scale[0] = whole = 1
        return [type(self)(part) for part in _largest_remainder(int(self), scale, whole)]


def _largest_remainder(amount: int, scale: list[int], whole: int) -> list[int]:
    sign = -1 if amount < 0 else 1
    shares = [divmod(abs(amount) * weight, whole) for weight in scale]
    left = abs(amount) - sum(share for share, _ in shares)
    first = sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))
    extra = set(first[:left])
    return [sign * (share + (place in extra)) for place, (share, _) in enumerate(shares)]


def half_up(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` rounded half away from zero, exactly."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))
