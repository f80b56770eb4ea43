"""`python -m cli`: the same as `tripoint`."""

from cli import main

main()
