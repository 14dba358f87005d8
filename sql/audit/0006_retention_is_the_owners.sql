-- Months of the log go only where the owner of the tables allows it: the daemon's role, and whoever has the
-- installation's key, can neither allow it nor shorten what is allowed.

-- For how many whole months before the current one the log is kept, from `set_at` on; 0, or no row: for
-- ever. What was allowed before stays, so that `podloadd audit verify` knows by what a month went.
CREATE TABLE audit.retentions (
  set_at timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
  months integer     NOT NULL CHECK (months = 0 OR months BETWEEN 3 AND 1200)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.retentions
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.retentions
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
GRANT SELECT ON audit.retentions TO podloadd;

-- Where months went before there was this table, three were kept at least; from now on none goes.
INSERT INTO audit.retentions (set_at, months)
SELECT set_at, months FROM (VALUES ('2014-01-01Z'::timestamptz, 3), (clock_timestamp(), 0)) AS before (set_at, months)
 WHERE EXISTS (SELECT FROM audit.checkpoints WHERE statement::jsonb ? 'months');

-- As before, and only what the newest row of audit.retentions lets go.
CREATE OR REPLACE FUNCTION audit.drop_month(month text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  partition text := 'rows_' || replace(month, '-', '_');
  kept      integer := coalesce((SELECT r.months FROM audit.retentions r ORDER BY r.set_at DESC LIMIT 1), 0);
  refused   text;
  dropped   bigint;
  unsealed  boolean;
BEGIN
  IF month !~ '^\d{4}-\d{2}$' OR to_regclass(format('audit.%I', partition)) IS NULL THEN
    refused := 'there is no such month';
  ELSIF kept = 0 THEN
    refused := 'audit.retentions does not allow it';
  ELSIF (month || '-01')::timestamptz + make_interval(months => kept + 1) > date_trunc('month', now()) THEN
    refused := format('it is too young: audit.retentions keeps %s months', kept);
  ELSIF NOT EXISTS (
      SELECT FROM audit.checkpoints
       WHERE ordinal > (SELECT max(ordinal) - 100 FROM audit.checkpoints) AND statement::jsonb -> 'months' ? month) THEN
    refused := 'no checkpoint says that it is taken out';
  ELSE
    EXECUTE format('SELECT count(*), coalesce(bool_or(s.row_id IS NULL), false) FROM audit.%I r '
                   'LEFT JOIN audit.seals s ON s.row_id = r.id AND s.row_at = r.at', partition) INTO dropped, unsealed;
    IF unsealed THEN
      refused := 'rows of it have no seal';
    END IF;
  END IF;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION 'the month % of the log is not taken out: %', month, refused
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('DROP TABLE audit.%I', partition);
  RETURN dropped;
END $$;
