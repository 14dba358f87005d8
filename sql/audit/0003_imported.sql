-- Rows of a log that was kept elsewhere before. They have the time of what they tell, so that they sort
-- and are searched like the others, and the time of their import, which marks them: podload did not see
-- any of it happen.
ALTER TABLE audit.rows
  ADD COLUMN imported_at timestamptz,
  ADD COLUMN source      bytea,               -- SHA-256 of the row as it was found, so that it comes in once
  ADD CONSTRAINT imported_whole CHECK ((imported_at IS NULL) = (source IS NULL));
CREATE UNIQUE INDEX rows_source ON audit.rows (source, at) WHERE source IS NOT NULL;

-- Makes the partition of the month that `moment` is in; its name, or null where there is nothing to do:
-- it exists, or the default partition has rows of that month, which stay where they are.
CREATE FUNCTION audit.make_partition(moment timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  month     timestamptz := date_trunc('month', moment);
  next      timestamptz := date_trunc('month', moment) + interval '1 month';
  partition text := 'rows_' || to_char(moment, 'YYYY_MM');
BEGIN
  IF to_regclass(format('audit.%I', partition)) IS NOT NULL THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.make_partitions', 0));
  IF to_regclass(format('audit.%I', partition)) IS NOT NULL
     OR EXISTS (SELECT FROM audit.rows_default WHERE at >= month AND at < next) THEN
    RETURN NULL;
  END IF;
  EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.rows FOR VALUES FROM (%L) TO (%L)', partition, month, next);
  EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.%I '
                 'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', partition);
  RETURN partition;
END $$;

CREATE OR REPLACE FUNCTION audit.make_partitions() RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
  SELECT made
    FROM generate_series(0, 2) AS ahead,
         audit.make_partition(date_trunc('month', now()) + make_interval(months => ahead)) AS made
   WHERE made IS NOT NULL
$$;

-- The one way in which the daemon's role may choose a row's time: the past, and the row is marked.
-- Says whether the row is new.
CREATE FUNCTION audit.import_row(happened_at timestamptz, row_source bytea, row_action text, row_username text,
                                 row_resource text, row_details jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF happened_at NOT BETWEEN '2014-01-01Z' AND now() THEN
    RAISE EXCEPTION 'a row of % cannot be imported', happened_at USING ERRCODE = 'datetime_field_overflow';
  END IF;
  PERFORM audit.make_partition(happened_at);
  INSERT INTO audit.rows (at, phase, action, outcome, username, resource, details, imported_at, source)
  VALUES (happened_at, 'outcome', row_action, 'imported', row_username, row_resource, row_details, clock_timestamp(),
          row_source)
  ON CONFLICT (source, at) WHERE source IS NOT NULL DO NOTHING;
  RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION audit.make_partition(timestamptz), audit.make_partitions(),
                       audit.import_row(timestamptz, bytea, text, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.make_partitions(), audit.import_row(timestamptz, bytea, text, text, text, jsonb)
   TO podloadd;
