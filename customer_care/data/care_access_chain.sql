-- The hash chain over the read log, in shards, each row bound to the one before.

CREATE OR REPLACE FUNCTION care_access_bytes(l care_access_log) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT convert_to(ROW(
        l.id, extract(epoch FROM l.at), l.user_id, l.login, l.company_id, l.address,
        l.route, l.session, l.agent, l.request, l.operation, l.model, l.res_ids,
        l.field_names, l.count, l.detail, l.denied, l.aborted, l.level
    )::text, 'UTF8')
$$;

-- Seal up to `most` waiting rows of one shard; return how many, or -1 while another
-- worker seals the shard. (shard, seq) is unique, so that two cannot both win.
CREATE OR REPLACE FUNCTION care_access_seal_batch(
    this_shard integer, shards integer, most integer
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    entry care_access_log;
    last_seq bigint;
    last_hash bytea;
    sealed integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('care_access_seal'), this_shard) THEN
        RETURN -1;
    END IF;
    SELECT seq, hash INTO last_seq, last_hash FROM care_access_seal
     WHERE shard = this_shard ORDER BY seq DESC LIMIT 1;
    last_seq := COALESCE(last_seq, 0);
    last_hash := COALESCE(last_hash, ''::bytea);
    FOR entry IN
        WITH taken AS (
            DELETE FROM care_access_queue WHERE log_id IN (
                SELECT log_id FROM care_access_queue
                 WHERE log_id % shards = this_shard
                 ORDER BY log_id LIMIT most FOR UPDATE SKIP LOCKED)
            RETURNING log_id)
        SELECT l.* FROM care_access_log l JOIN taken ON l.id = taken.log_id ORDER BY l.id
    LOOP
        last_seq := last_seq + 1;
        last_hash := sha256(last_hash || sha256(care_access_bytes(entry)));
        INSERT INTO care_access_seal (log_id, shard, seq, hash)
        VALUES (entry.id, this_shard, last_seq, last_hash);
        sealed := sealed + 1;
    END LOOP;
    RETURN sealed;
END $$;
