"""x"""

from . import Row

ROWS: tuple[Row, ...] = ()
