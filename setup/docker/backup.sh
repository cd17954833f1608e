#!/usr/bin/env bash
# Backups in a container.
#   backup.sh daily           one each day at CARE_BACKUP_AT (UTC), until it is stopped
#   backup.sh backup ARGS...  as setup/backup
#   backup.sh restore ARGS... as setup/restore
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
secrets=${CARE_SECRETS:-/run/secrets}
conf=${CARE_CONF:-/tmp/odoo.conf}
umask 077

cat "${CARE_CONF_BASE:-$here/odoo.conf}" >"$conf"
# Copies that only this user can read.
install -m 600 "$secrets/care_master_key" "${conf%/*}/care_master_key"
install -m 600 "$secrets/backup_key" "${conf%/*}/backup_key"
PGPASSWORD=$(<"$secrets/db_password")
export ODOO_RC=$conf PGHOST=${PGHOST:-db} PGUSER=${PGUSER:-care} PGPASSWORD CARE_DB=${CARE_DB:-care}
export CARE_MASTER_KEY_FILE=${conf%/*}/care_master_key
export CARE_DESTROYED_FILE=${CARE_DESTROYED_FILE:-/var/lib/odoo/care_destroyed}
export CARE_BACKUP_KEY_FILE=${conf%/*}/backup_key
export CARE_BACKUP_DIR=${CARE_BACKUP_DIR:-/var/backups/care}
# Odoo's role makes no databases; who tries an archive out does.
export CARE_PG_ADMIN_USER=postgres CARE_PG_ADMIN_PASSWORD_FILE=$secrets/postgres_password
export CARE_ODOO_COMMAND=${CARE_ODOO_COMMAND:-odoo}
export PYTHONPATH=$root/setup${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
care_backup=("${CARE_PY:-python3}" -m care_backup)

if [[ ${1:-daily} != daily ]]; then
    exec "${care_backup[@]}" "$@"
fi
trap 'exit 0' TERM
# The first start does not wait for the night.
if [[ -z $(find "$CARE_BACKUP_DIR" -name '*.backup.json' -mmin -1440) ]]; then
    "${care_backup[@]}" backup --scheduled || true # it is in the list of backups
fi
while true; do
    now=$(date -u +%s)
    next=$(date -u -d "today ${CARE_BACKUP_AT:-18:00}" +%s)
    ((next > now)) || next=$((next + 86400))
    sleep "$((next - now))" &
    wait $!
    "${care_backup[@]}" backup --scheduled || true
done
