"""``python -m tracelock``: the command ``tracelock``."""

from workbench.cli import main

if __name__ == "__main__":
    main()
