"""Parts of the `kubernetes` package without the whole of it."""

import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

_Parts = TypeVar("_Parts")

_STAND_INS = ("kubernetes", "kubernetes.client", "kubernetes.client.models", "kubernetes.utils")


def without_the_rest(import_parts: Callable[[], _Parts]) -> _Parts:
    """What `import_parts` imports of the `kubernetes` package, without the rest of it.

    Importing the package runs its __init__, which imports all its parts (websockets, every API, a model of every object):
    half a second for a few modules that need none of them. So empty packages with the same path stand in while those are
    imported, and are taken away again. A version of the package that this does not suit is imported whole.
    """
    spec = importlib.util.find_spec("kubernetes")
    if "kubernetes" not in sys.modules and spec:
        try:
            for name in _STAND_INS:
                sys.modules[name] = stand_in = ModuleType(name)
                inside = name.split(".")[1:]
                stand_in.__path__ = [os.path.join(root, *inside) for root in spec.submodule_search_locations or ()]
            return import_parts()
        except (ImportError, AttributeError):
            for name in [name for name in sys.modules if name.startswith("kubernetes.")]:
                del sys.modules[name]
        finally:
            for name in _STAND_INS:
                sys.modules.pop(name, None)
    return import_parts()
