"""What the operator decides: TOML files, checked as a whole before anything runs.

`load(folder)` reads the shipped files and the operator's `*.local.toml` beside them and returns one frozen Config,
or raises ConfigError with every fault at once: file, entry, key and the nearest right spelling.
"""

from config.faults import ConfigError, Fault
from config.load import load
from config.schema import Config, Edition, Mail, Politeness, Slot, Source

VERSION = "0.1.0"

__all__ = ["VERSION", "Config", "ConfigError", "Edition", "Fault", "Mail", "Politeness", "Slot", "Source", "load"]
