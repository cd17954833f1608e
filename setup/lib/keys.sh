# The master key of sealed data. Sourced by env.sh.
#
# A file of lines `id:key`, kept beside neither the clone nor the databases. Who
# sets CARE_MASTER_KEY, CARE_MASTER_KEY_COMMAND or CARE_MASTER_KEY_FILE keeps it.

# care_new_key ID -> a line of the key file
care_new_key() { printf '%s:%s\n' "$1" "$(head -c 32 /dev/urandom | base64 -w0)"; }

care_master_key() {
    [[ -z ${CARE_MASTER_KEY:-}${CARE_MASTER_KEY_COMMAND:-} ]] || return 0
    if [[ -z ${CARE_MASTER_KEY_FILE:-} ]]; then
        CARE_MASTER_KEY_FILE=$CARE_CACHE/keys/master.key
        care_locked _care_first_key
    fi
    export CARE_MASTER_KEY_FILE
}

_care_first_key() {
    [[ ! -s $CARE_MASTER_KEY_FILE ]] || return 0
    (
        umask 077
        mkdir -p "${CARE_MASTER_KEY_FILE%/*}"
        care_new_key "$(date -u +%Y%m%d)" >"$CARE_MASTER_KEY_FILE.$$"
        mv "$CARE_MASTER_KEY_FILE.$$" "$CARE_MASTER_KEY_FILE"
    )
}
