"""``python -m firsthand.app`` is ``firsthand``."""

from firsthand.app.cli import main

if __name__ == "__main__":
    main()
