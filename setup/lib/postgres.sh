# Our own PostgreSQL cluster in the cache, reached through a unix socket only.
# Sourced by env.sh. PGHOST names another server: then nothing is started.
#
# Who uses the server holds a shared lock on pg.users (file descriptor 9, which
# Odoo inherits). A watcher waits until nobody does, then stops the server:
# so it also goes when a script was killed. `setup/pg start` keeps it up.

_CARE_PG_ADMIN=postgres # Odoo refuses this role; it works as care
_CARE_PG_MINIMUM=15

# Sets CARE_PG_BIN: the version the cluster was made with, else the newest.
care_pg_find_bin() {
    local wanted='' bin version
    [[ ! -s $CARE_CACHE/pg/data/PG_VERSION ]] || wanted=$(<"$CARE_CACHE/pg/data/PG_VERSION")
    while read -r version bin; do
        if ((version >= _CARE_PG_MINIMUM)) && [[ -z $wanted || $version == "$wanted" ]]; then
            CARE_PG_BIN=$bin
            return 0
        fi
    done < <(for bin in /usr/lib/postgresql/*/bin; do
        [[ -x $bin/initdb ]] && echo "$(basename "$(dirname "$bin")") $bin"
    done | sort -rn)
    [[ -z $wanted ]] || care_fail "the database files in $CARE_CACHE/pg need PostgreSQL $wanted, which is not installed. Install postgresql-$wanted."
    return 1
}

# The server refuses to run as root: then it runs as the user postgres.
_care_pg_as() {
    if ((EUID == 0)); then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        (cd / && "$@")
    fi
}

# Sets PGHOST, PGUSER and PGPORT. A socket's path has 107 characters at most.
_care_pg_environment() {
    CARE_PG=$CARE_CACHE/pg
    PGHOST=$CARE_PG/run
    if ((${#PGHOST} > 80)); then
        PGHOST=/tmp/care-$EUID-$(printf '%s' "$CARE_PG" | sha256sum | cut -c1-8)
    fi
    PGPORT=5432
    PGUSER=care
    export PGHOST PGPORT PGUSER
    PATH=$PATH:$CARE_PG_BIN
}

_care_pg_init() {
    local owner=$EUID locale
    if ((EUID == 0)); then
        owner=postgres
        chmod a+x "$CARE_CACHE"
        _care_pg_as test -x "$CARE_CACHE" ||
            care_fail "the user postgres cannot enter $CARE_CACHE, where the database is to be. Set CARE_CACHE to another folder."
    fi
    mkdir -p "$CARE_PG" "$PGHOST"
    chown "$owner" "$CARE_PG" "$PGHOST"
    [[ $(stat -c %u "$PGHOST") == "$(id -u "$owner")" ]] || care_fail "$PGHOST belongs to another user."
    # Who may enter the folder may connect: nobody else.
    chmod 700 "$CARE_PG" "$PGHOST"
    [[ ! -s $CARE_PG/data/complete ]] || return 0
    rm -rf "$CARE_PG/data"
    locale=$(_care_utf8_locale) || care_fail "this machine has no UTF-8 locale (locale -a); install the package locales."
    care_say "Creating the database cluster ($locale) ..."
    _care_pg_as "$CARE_PG_BIN/initdb" -D "$CARE_PG/data" -U "$_CARE_PG_ADMIN" --auth=trust \
        --encoding=UTF8 --locale="$locale" --lc-collate=C --lc-messages=C >"$CARE_CACHE/initdb.log" 2>&1 ||
        care_fail "the database cluster could not be created: $(tail -n 3 "$CARE_CACHE/initdb.log")"
    _care_pg_as tee -a "$CARE_PG/data/postgresql.conf" >/dev/null <<CONF

listen_addresses = ''
unix_socket_directories = '$PGHOST'
unix_socket_permissions = 0777	# the folder is what keeps others out
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_connections = 200
max_locks_per_transaction = 256
synchronous_commit = off
jit = off
CONF
    _care_pg_as tee "$CARE_PG/data/complete" >/dev/null <<<"$locale"
}

_care_utf8_locale() {
    locale -a 2>/dev/null | grep -iE '^(C|en_US|zh_CN|[a-z]+_[A-Z]+)\.utf-?8$' | sort -t. -k1,1 |
        awk '/^C\./ {c = $0} /^en_US/ {e = $0} {last = $0} END {r = c ? c : (e ? e : last); if (!r) exit 1; print r}'
}

_care_pg_running() {
    _care_pg_as "$CARE_PG_BIN/pg_ctl" -D "$CARE_PG/data" status >/dev/null 2>&1
}

_care_pg_start() {
    _care_pg_init
    _care_pg_running || {
        _care_pg_as "$CARE_PG_BIN/pg_ctl" -D "$CARE_PG/data" -w -t 60 -l "$CARE_PG/log" start >/dev/null 7>&- 8>&- 9>&- ||
            care_fail "PostgreSQL did not start: $(tail -n 3 "$CARE_PG/log")"
    }
    [[ -e $CARE_PG/checked ]] || _care_pg_first_start
}

_care_pg_first_start() {
    local admin=(psql -qAtX -v ON_ERROR_STOP=1 -U "$_CARE_PG_ADMIN" -d postgres)
    [[ $("${admin[@]}" -c "SELECT 1 FROM pg_roles WHERE rolname = 'care'") == 1 ]] ||
        "${admin[@]}" -c 'CREATE ROLE care LOGIN CREATEDB'
    care_pg_check
    touch "$CARE_PG/checked"
}

# Searches by similarity (pg_trgm) must see Chinese characters as letters, in a
# database created as Odoo creates it.
care_pg_check() {
    local name=care_check_$$ answer version
    version=$(psql -qAtX -d postgres -c 'SHOW server_version_num') ||
        care_fail "no connection to the PostgreSQL server ${PGHOST:-}."
    ((version >= _CARE_PG_MINIMUM * 10000)) || care_fail "PostgreSQL $_CARE_PG_MINIMUM or newer is needed, the server ${PGHOST:-} is older."
    psql -qAtX -d postgres -c "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'" >/dev/null
    answer=$(psql -qAtX -d "$name" -c 'CREATE EXTENSION pg_trgm' \
        -c "SELECT similarity('客户关系', '客户关系管理') > 0.3") || answer=error
    psql -qAtX -d postgres -c "DROP DATABASE $name" >/dev/null
    [[ $answer == t ]] || care_fail "searches by similarity do not work on Chinese text on the PostgreSQL server ${PGHOST:-}: its character type (LC_CTYPE) must be a UTF-8 locale such as C.UTF-8, and the extension pg_trgm available."
}

# care_pg_use: a server for as long as this script runs
care_pg_use() {
    if [[ -n ${PGHOST:-} && -z ${CARE_PG:-} ]]; then
        [[ ${CARE_PG_CHECKED:-} == "$PGHOST" ]] || care_pg_check
        export CARE_PG_CHECKED=$PGHOST
        return 0
    fi
    care_pg_find_bin || care_fail "PostgreSQL is not installed."
    _care_pg_environment
    export CARE_PG
    exec 9>"$CARE_CACHE/pg.users"
    flock -s 9
    care_locked _care_pg_start
    if [[ ! -e $CARE_CACHE/pg.keep ]]; then
        # Not as our child: Odoo's tests end all children of their process.
        (setsid "$CARE_ROOT/setup/pg" watch </dev/null >/dev/null 2>&1 6>&- 7>&- 8>&- 9>&- &)
    fi
}

# Wait until nobody uses the server, then stop it.
_care_pg_watch() {
    exec 8>"$CARE_CACHE/pg.watcher"
    flock -n 8 || return 0
    exec 9>"$CARE_CACHE/pg.users"
    flock -x 9
    [[ -e $CARE_CACHE/pg.keep ]] || _care_pg_stop
    exec 8>&-
    exec 9>&-
}

_care_pg_stop() {
    ! _care_pg_running || _care_pg_as "$CARE_PG_BIN/pg_ctl" -D "$CARE_PG/data" -w -m fast stop >/dev/null
}
