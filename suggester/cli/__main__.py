"""`python -m suggester.cli`."""

from suggester.cli import main

main()
