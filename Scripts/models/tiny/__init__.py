"""Tiny random models of every type that is counted, a module of this package for each group of them.

A module has `TYPES`: its types by name, each a `tiny.base.Tiny`. Those of all modules are `tiny.TYPES`. What a test of the package
repeats is recorded in a file for each module.
"""

import importlib
import pkgutil

# By module, then by type.
GROUPS = {
    name: importlib.import_module(f"{__name__}.{name}").TYPES
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")}
TYPES = {kind: type for group in GROUPS.values() for kind, type in group.items()}
