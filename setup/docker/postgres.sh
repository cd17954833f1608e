#!/usr/bin/env bash
# Run once by PostgreSQL's image on an empty volume: the role and the database
# of Odoo, which need no rights over the server.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v password="$(<"${CARE_SECRETS:-/run/secrets}/db_password")" <<'SQL'
CREATE ROLE care LOGIN PASSWORD :'password';
CREATE DATABASE care OWNER care TEMPLATE template0 ENCODING 'UTF8'
    LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
SQL
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d care -c 'CREATE EXTENSION pg_trgm'
