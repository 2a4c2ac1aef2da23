"""x"""

from ballast.packing.model import *
