-- The read log and its chain. No foreign keys: the log outlives what it names.

CREATE TABLE IF NOT EXISTS care_access_log (
    id          bigserial PRIMARY KEY,
    at          timestamp(6) NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    user_id     integer NOT NULL,
    login       varchar NOT NULL,
    company_id  integer,
    address     varchar,
    route       varchar,
    session     varchar,
    agent       varchar,
    request     varchar,
    operation   varchar NOT NULL,
    model       varchar NOT NULL,
    res_ids     integer[] NOT NULL,
    field_names text[] NOT NULL,
    count       integer NOT NULL,
    detail      jsonb,
    denied      boolean NOT NULL,
    aborted     boolean NOT NULL,
    level       integer NOT NULL
);
CREATE INDEX IF NOT EXISTS care_access_log_at ON care_access_log USING brin (at);
CREATE INDEX IF NOT EXISTS care_access_log_user ON care_access_log (user_id, id);
CREATE INDEX IF NOT EXISTS care_access_log_records ON care_access_log USING gin (res_ids);
CREATE INDEX IF NOT EXISTS care_access_log_denied ON care_access_log (id) WHERE denied;

CREATE TABLE IF NOT EXISTS care_access_seal (
    id        bigserial PRIMARY KEY,
    log_id    bigint NOT NULL,
    shard     integer NOT NULL,
    seq       bigint NOT NULL,
    hash      bytea NOT NULL,
    sealed_at timestamp(6) NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    CONSTRAINT care_access_seal_place UNIQUE (shard, seq),
    CONSTRAINT care_access_seal_once UNIQUE (log_id)
);

-- Rows that wait for their seal. The sealing job takes them out.
CREATE TABLE IF NOT EXISTS care_access_queue (log_id bigint PRIMARY KEY);

CREATE OR REPLACE FUNCTION care_access_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'raise_exception';
END $$;

CREATE OR REPLACE FUNCTION care_access_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.at := clock_timestamp() AT TIME ZONE 'UTC';
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION care_access_enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO care_access_queue SELECT id FROM added;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER care_access_log_keep
    BEFORE UPDATE OR DELETE ON care_access_log
    FOR EACH ROW EXECUTE FUNCTION care_access_refuse();
CREATE OR REPLACE TRIGGER care_access_log_keep_all
    BEFORE TRUNCATE ON care_access_log EXECUTE FUNCTION care_access_refuse();
CREATE OR REPLACE TRIGGER care_access_seal_keep
    BEFORE UPDATE OR DELETE ON care_access_seal
    FOR EACH ROW EXECUTE FUNCTION care_access_refuse();
CREATE OR REPLACE TRIGGER care_access_seal_keep_all
    BEFORE TRUNCATE ON care_access_seal EXECUTE FUNCTION care_access_refuse();
CREATE OR REPLACE TRIGGER care_access_log_stamp
    BEFORE INSERT ON care_access_log
    FOR EACH ROW EXECUTE FUNCTION care_access_stamp();
CREATE OR REPLACE TRIGGER care_access_log_enqueue
    AFTER INSERT ON care_access_log REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION care_access_enqueue();

-- Also where a session plays the replica, as a superuser can.
ALTER TABLE care_access_log ENABLE ALWAYS TRIGGER care_access_log_keep;
ALTER TABLE care_access_log ENABLE ALWAYS TRIGGER care_access_log_keep_all;
ALTER TABLE care_access_log ENABLE ALWAYS TRIGGER care_access_log_stamp;
ALTER TABLE care_access_log ENABLE ALWAYS TRIGGER care_access_log_enqueue;
ALTER TABLE care_access_seal ENABLE ALWAYS TRIGGER care_access_seal_keep;
ALTER TABLE care_access_seal ENABLE ALWAYS TRIGGER care_access_seal_keep_all;
