"""Make `<addon>.logic` importable without Odoo (an add-on's own __init__ needs it)."""

import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ("customer_care", "complaint_handling", "customer_archive", "visit_planning")

for name in ADDONS:
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(ROOT / name)]
        sys.modules[name] = package
