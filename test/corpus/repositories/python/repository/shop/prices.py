from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def round_price(value):
    """Half cents go up, as people expect."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def with_tax(value, percent):
    if percent < 0:
        raise ValueError("a tax is never negative")
    return round_price(Decimal(value) * (100 + percent) / 100)
