#!/usr/bin/env bash
# Starts Odoo in a container: `entry.sh init` makes or updates the database,
# anything else is handed to Odoo's command.
# Passwords come from files and stay out of command lines and logs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
secrets=${CARE_SECRETS:-/run/secrets}
conf=${CARE_CONF:-/tmp/odoo.conf}
umask 077

PGPASSWORD=$(<"$secrets/db_password")
export PGPASSWORD ODOO_RC=$conf
# A copy that only this user can read; the list of destroyed keys outlives it.
install -m 600 "$secrets/care_master_key" "${conf%/*}/care_master_key"
export CARE_MASTER_KEY_FILE=${conf%/*}/care_master_key
export CARE_DESTROYED_FILE=${CARE_DESTROYED_FILE:-/var/lib/odoo/care_destroyed}
{
    cat "${CARE_CONF_BASE:-$here/odoo.conf}"
    echo "admin_passwd = $(<"$secrets/master_password")"
} >"$conf"

if [[ ${1:-} == init ]]; then
    addons=$(cd "$root" && for manifest in */__manifest__.py; do dirname "$manifest"; done | paste -sd,)
    companions=$(grep -v '^#' "$root/setup/modules.txt" | paste -sd,)
    odoo server -i "$addons,$companions" -u "$addons" --skip-auto-install \
        --load-language=en_US,zh_CN,zh_TW --no-http --stop-after-init
    set -- shell --no-http
    exec <"$here/first_login.py"
fi
exec odoo "$@"
