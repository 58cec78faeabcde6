"""briefer: a morning brief from your own sources, on your own machine."""

__version__ = "0.1.0"
