# What setup/backup and setup/restore need to know. Sourced by env.sh.

# The backup key is made in the cache, which neither the clone nor an archive holds.
# Who sets CARE_BACKUP_KEY, CARE_BACKUP_KEY_COMMAND or CARE_BACKUP_KEY_FILE keeps it.
care_backup_environment() {
    if [[ -z ${CARE_BACKUP_KEY:-}${CARE_BACKUP_KEY_COMMAND:-}${CARE_BACKUP_KEY_FILE:-} ]]; then
        CARE_BACKUP_KEY_FILE=$CARE_CACHE/keys/backup.key
        care_locked _care_first_backup_key
        export CARE_BACKUP_KEY_FILE
    fi
    export CARE_BACKUP_DIR=${CARE_BACKUP_DIR:-$CARE_CACHE/backups}
    CARE_ODOO_COMMAND=$(printf '%q %q' "$CARE_PY" "$CARE_ODOO_BIN")
    export CARE_ODOO_COMMAND
    export PYTHONPATH=$CARE_ROOT/setup${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
}

_care_first_backup_key() {
    [[ ! -s $CARE_BACKUP_KEY_FILE ]] || return 0
    (
        umask 077
        mkdir -p "${CARE_BACKUP_KEY_FILE%/*}"
        printf '%s:%s\n' "$(date -u +%Y%m%d)" "$(head -c 32 /dev/urandom | base64 -w0)" >"$CARE_BACKUP_KEY_FILE.$$"
        mv "$CARE_BACKUP_KEY_FILE.$$" "$CARE_BACKUP_KEY_FILE"
    )
    care_say "The backup key was made: $CARE_BACKUP_KEY_FILE. Keep a copy of it elsewhere than the archives."
}
