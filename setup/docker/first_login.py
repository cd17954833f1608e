"""Replace the password `admin` that Odoo gives a new database.

Run by entry.sh through `odoo shell`, at each start: what an administrator has
changed since stays.
"""

import os
from pathlib import Path

secrets = Path(os.environ.get("CARE_SECRETS", "/run/secrets"))
admin = env.ref("base.user_admin")  # noqa: F821
env.cr.execute("SELECT password FROM res_users WHERE id = %s", [admin.id])  # noqa: F821
(stored,) = env.cr.fetchone()  # noqa: F821
if admin._crypt_context().verify("admin", stored):
    admin.password = (secrets / "admin_password").read_text().strip()
    env.cr.commit()  # noqa: F821
