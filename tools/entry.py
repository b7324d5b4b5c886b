"""The one executable of an archive: kubectl-why, or kubectl_complete-why where a link of that name leads to it."""

import os
import sys

# PyInstaller's own path for libraries is not one for the login plugins and the kubectl that are run from here.
# Source: PyInstaller manual, "Run-time Information", LD_LIBRARY_PATH considerations.
for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH"):
    if (before := os.environ.pop(f"{name}_ORIG", None)) is not None:
        os.environ[name] = before
    elif getattr(sys, "frozen", False):
        os.environ.pop(name, None)

from kubectl_why.__main__ import complete, main  # noqa: E402

if os.path.basename(sys.argv[0]).startswith("kubectl_complete-why"):
    complete()
else:
    main()
