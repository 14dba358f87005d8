-- The operation log. One row an attempt, one an outcome; nothing here is ever changed or taken out.
--
-- The daemon's role may insert and read, and nothing else; it cannot choose a row's time or number
-- either. The triggers stop the owner's own mistakes. What only a superuser can do (turning
-- triggers off) is not stopped here but found, by a chain of hashes over the rows.

CREATE TABLE audit.rows (
  id          bigint      GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  phase       text        NOT NULL CHECK (phase IN ('attempt', 'outcome')),
  operation   uuid,                           -- joins an attempt and its outcome
  action      text        NOT NULL CHECK (action ~ '^[a-z0-9_]{1,64}$'),
  outcome     text        CHECK ((outcome IS NULL) = (phase = 'attempt')),
  username    text        NOT NULL,           -- as it was then: users come, go and change their names
  user_id     uuid,
  credential  text,                           -- which session or token
  address     text,
  request_id  text,
  cluster_id  uuid,
  cluster     text,                           -- its name then
  namespace   text,
  resource    text,                           -- pod/NAMESPACE/NAME, cluster/NAME, user/NAME
  reason      text,
  details     jsonb       NOT NULL DEFAULT '{}',
  PRIMARY KEY (at, id)                        -- also what "newest first" reads backwards
) PARTITION BY RANGE (at);

CREATE INDEX rows_action ON audit.rows (action, at DESC, id DESC);
CREATE INDEX rows_operation ON audit.rows (operation) WHERE operation IS NOT NULL;

CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the operation log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

-- Row triggers are copied to every partition; TRUNCATE has statement triggers only, which are not.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.rows
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.rows
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- So that a row is never refused for want of its month.
CREATE TABLE audit.rows_default PARTITION OF audit.rows DEFAULT;
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.rows_default
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- Makes the partitions of this month and the two after it where they are missing, and returns the
-- names of those it made. A month that the default partition has rows of already stays there: its
-- rows are as readable, and moving them would mean deleting some. Runs with the owner's rights, since the
-- daemon's role cannot make tables.
CREATE FUNCTION audit.make_partitions() RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  month     timestamptz;
  next      timestamptz;
  partition text;
BEGIN
  FOR i IN 0..2 LOOP
    month := date_trunc('month', now()) + make_interval(months => i);
    next := month + interval '1 month';
    partition := 'rows_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass(format('audit.%I', partition)) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(hashtextextended('audit.make_partitions', 0));
    CONTINUE WHEN to_regclass(format('audit.%I', partition)) IS NOT NULL;
    CONTINUE WHEN EXISTS (SELECT FROM audit.rows_default WHERE at >= month AND at < next);
    EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.rows FOR VALUES FROM (%L) TO (%L)', partition, month, next);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.%I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', partition);
    RETURN NEXT partition;
  END LOOP;
END $$;

SELECT audit.make_partitions();

REVOKE ALL ON FUNCTION audit.make_partitions(), audit.refuse_change() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.make_partitions() TO podloadd;
GRANT SELECT ON audit.rows TO podloadd;
GRANT INSERT (phase, operation, action, outcome, username, user_id, credential, address, request_id, cluster_id,
              cluster, namespace, resource, reason, details) ON audit.rows TO podloadd;
