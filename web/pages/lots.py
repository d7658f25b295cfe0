"""How anybody draws a lot again: the lines of docs/counting.md, with the values of one poll."""

from collections.abc import Iterable

DRAW = r"""seed=$(printf '%s/%s/' "$root" "$rolled" | sha256sum | cut -c 1-64)
echo "$seed"
for ((i = 0; $# > 0; i++)); do
  two=$(printf '\\%03o\\%03o' $((i / 256)) $((i % 256)))
  digest=$(printf "$two$seed$two" | sha256sum | cut -c 1-64)
  place=0
  for ((k = 0; k < 64; k++)); do place=$(((place * 16 + 16#${digest:k:1}) % $#)); done
  echo "${@:place+1:1}"
  set -- "${@:1:place}" "${@:place+2}"
done
"""
"""For bash, with nothing but `sha256sum`: prints the seed, then the options as they are drawn."""


def recipe(root: str, rolled: str, options: Iterable[str]) -> str:
    """What to run in a shell. No root, roll or id of an option has a character that means something there."""
    return f"root={root}\nrolled='{rolled}'\nset -- {' '.join(options)}\n{DRAW}"
