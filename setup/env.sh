# Sourced by every script in setup/: where things are, and the steps that make
# them. `care_prepare` brings Odoo and its Python; `care_pg_use` a database
# server. Nothing here writes into the clone.
#
# Variables a user may set:
#   CARE_CACHE      folder for everything fetched or generated
#   CARE_DB         database of setup/run (care)
#   CARE_PYTHON     Python 3.10 to 3.13 to build the environment from
#   CARE_HTTP_PORT, CARE_HTTP_INTERFACE, CARE_WORKERS   for setup/run
#   ODOO_HOME       Odoo 19 source tree to use instead of Debian's package
#   CARE_MASTER_KEY_FILE   key file of sealed data (made in the cache)
#   PGHOST, PGPORT, PGUSER, PGPASSWORD   a server to use instead of our own

set -euo pipefail

CARE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
if [[ -z ${CARE_CACHE:-} ]]; then
    if ((EUID == 0)); then
        CARE_CACHE=/var/cache/customer-care
    else
        CARE_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/customer-care
    fi
fi
mkdir -p "$CARE_CACHE"
CARE_CACHE=$(cd "$CARE_CACHE" && pwd -P)
CARE_DB=${CARE_DB:-care}
CARE_HTTP_PORT=${CARE_HTTP_PORT:-8069}
CARE_HTTP_INTERFACE=${CARE_HTTP_INTERFACE:-127.0.0.1}
export CARE_ROOT CARE_CACHE CARE_DB

# Odoo takes PGDATABASE for its --database option.
unset PGDATABASE
# A script that calls another hands on the way to our own server: find it anew.
[[ -z ${CARE_PG:-} ]] || unset CARE_PG PGHOST PGPORT PGUSER

care_say() { printf '%s\n' "$*" >&2; }
care_fail() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

# care_hash FILE... -> 12 hex digits over the contents
care_hash() { cat -- "$@" | sha256sum | cut -c1-12; }

# care_locked FUNCTION ARGS...: one script at a time changes the cache
care_locked() {
    local status=0
    exec 7>"$CARE_CACHE/lock"
    flock -n 7 || {
        care_say "Waiting for another run that is setting up $CARE_CACHE ..."
        flock 7
    }
    "$@" || status=$?
    exec 7>&-
    return "$status"
}

# shellcheck source=lib/system.sh
source "$CARE_ROOT/setup/lib/system.sh"
# shellcheck source=lib/odoo.sh
source "$CARE_ROOT/setup/lib/odoo.sh"
# shellcheck source=lib/python.sh
source "$CARE_ROOT/setup/lib/python.sh"
# shellcheck source=lib/postgres.sh
source "$CARE_ROOT/setup/lib/postgres.sh"
# shellcheck source=lib/keys.sh
source "$CARE_ROOT/setup/lib/keys.sh"
# shellcheck source=lib/database.sh
source "$CARE_ROOT/setup/lib/database.sh"
# shellcheck source=lib/backup.sh
source "$CARE_ROOT/setup/lib/backup.sh"

# Find or fetch Odoo and Python packages and write the configuration.
# With "test" also what the tests need.
care_prepare() {
    local purpose=${1:-run}
    care_system_packages "$purpose"
    care_locked care_find_odoo
    care_locked care_venv "$purpose"
    care_master_key
    care_write_config
}

# The configuration belongs to one clone: two clones may share the cache.
care_write_config() {
    local key secret path=$CARE_ODOO_ADDONS,$CARE_ROOT
    key=$(printf '%s' "$CARE_ROOT" | sha256sum | cut -c1-8)
    CARE_CONF=$CARE_CACHE/odoo-$key${CARE_TESTS:+-test}.conf
    secret=$CARE_CACHE/master-password
    [[ -s $secret ]] || (umask 077 && head -c 24 /dev/urandom | base64 >"$secret")
    if [[ ! -e $CARE_ODOO_BASE/mail/static/lib/selfie_segmentation ]] &&
        [[ ! -e ${CARE_ODOO_ADDONS##*,}/mail/static/lib/selfie_segmentation ]]; then
        path=$path,$CARE_ROOT/setup/addons
    fi
    if [[ -n ${CARE_TESTS:-} && -d $CARE_ROOT/tests/addons ]]; then
        path=$path,$CARE_ROOT/tests/addons
    fi
    (
        umask 077
        cat >"$CARE_CONF.$$" <<CONF
[options]
addons_path = $path
data_dir = $CARE_CACHE/data
db_name = $CARE_DB
list_db = False
admin_passwd = $(<"$secret")
http_interface = $CARE_HTTP_INTERFACE
http_port = $CARE_HTTP_PORT
CONF
        mv "$CARE_CONF.$$" "$CARE_CONF"
    )
    export CARE_CONF CARE_PY ODOO_RC=$CARE_CONF
}

# care_odoo ARGS...: Odoo's own command with our configuration.
care_odoo() { "$CARE_PY" "$CARE_ODOO_BIN" "$@"; }

# Exit status 0 when Odoo lacks the selfie library that its page names.
care_lacks_selfie() { grep -q "^addons_path.*$CARE_ROOT/setup/addons" "$CARE_CONF"; }
