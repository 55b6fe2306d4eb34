"""Tiny random models of every type that is counted, a module of this package for each group of them.

A module has `TYPES`: its types by name, each a `tiny.base.Tiny`. Those of all modules are `tiny.TYPES`.
"""

import importlib
import pkgutil

TYPES = {}
for _module in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base"):
    TYPES.update(importlib.import_module(f"{__name__}.{_module}").TYPES)
