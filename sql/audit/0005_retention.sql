-- Whole old months can be taken out, where the operator has configured for how long the log is kept.
-- Their seals stay: the chain still goes through from its first row.

-- Takes out the rows of `month` ("2025-01"); how many. Refuses a month that ended less than three
-- months ago, one with rows that have no seal, and one that no checkpoint of late has announced: the
-- announcement is signed, and `podloadd audit verify` takes no other absence of rows for granted.
CREATE FUNCTION audit.drop_month(month text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  partition text := 'rows_' || replace(month, '-', '_');
  refused   text;
  dropped   bigint;
  unsealed  boolean;
BEGIN
  IF month !~ '^\d{4}-\d{2}$' OR to_regclass(format('audit.%I', partition)) IS NULL THEN
    refused := 'there is no such month';
  ELSIF (month || '-01')::timestamptz + interval '4 months' > date_trunc('month', now()) THEN
    refused := 'it is too young';
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

REVOKE ALL ON FUNCTION audit.drop_month(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.drop_month(text) TO podloadd;
