"""`python -m workshop_kit` is the command line."""

from workshop_kit.cli import main

if __name__ == "__main__":
    main()
