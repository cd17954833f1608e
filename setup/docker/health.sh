#!/usr/bin/env bash
# Whether this container does its work.
#   health.sh web    it answers, and reaches the database server
#   health.sh cron   no scheduled job has waited for more than 15 minutes
#   health.sh backup the last verified backup is younger than a day and a half
set -euo pipefail
case $1 in
    web) exec curl -fsS -o /dev/null 'http://127.0.0.1:8069/web/health?db_server_status=1' ;;
    cron)
        PGPASSWORD=$(<"${CARE_SECRETS:-/run/secrets}/db_password")
        export PGPASSWORD
        late=$(psql -qAtX -h "${PGHOST:-db}" -U "${PGUSER:-care}" -d "${PGDATABASE:-care}" -c "
            SELECT count(*) FROM ir_cron
            WHERE active AND nextcall < now() AT TIME ZONE 'utc' - interval '15 minutes'")
        echo "$late jobs are late"
        ((late == 0))
        ;;
    backup)
        find "${CARE_BACKUP_DIR:-/var/backups/care}" -name '*.backup.json' -mmin -2160 \
            -exec grep -q '"verified_at"' {} \; -print | grep -q .
        ;;
esac
