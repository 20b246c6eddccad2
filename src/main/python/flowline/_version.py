"""The version of the package, which is that of the C header it was written for."""

__version__ = "0.3.0"
