"""``python -m tracelock``: the command ``tracelock``."""

from submission.cli import main

if __name__ == "__main__":
    main()
