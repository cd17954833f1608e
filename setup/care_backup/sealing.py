"""The product's own sealing of bytes, loaded without Odoo."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).resolve().parents[2]

# The package's __init__ imports Odoo; what is used of it does not.
if "customer_care" not in sys.modules:
    _package = ModuleType("customer_care")
    _package.__path__ = [str(_ROOT / "customer_care")]
    sys.modules["customer_care"] = _package

_sealing = importlib.import_module("customer_care.logic.sealing")

SealError = _sealing.SealError
bind = _sealing.bind
decode_key = _sealing.decode_key
read_blocks = _sealing.read_blocks
read_header = _sealing.read_header
seal_stream = _sealing.seal_stream
unseal_stream = _sealing.unseal_stream
