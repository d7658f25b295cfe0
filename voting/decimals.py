"""Numbers with a fixed number of decimals, kept as whole numbers of their last decimal."""


def unit(decimals: int) -> int:
    """How many of the last decimal make one."""
    return int(10**decimals)


def written(units: int, decimals: int) -> str:
    """A number that is not negative, with all its decimals: `written(150000, 5)` is `"1.50000"`."""
    if not decimals:
        return str(units)
    whole, part = divmod(units, unit(decimals))
    return f"{whole}.{part:0{decimals}}"
