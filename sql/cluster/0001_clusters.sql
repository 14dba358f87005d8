-- The registered API servers. Rows are never deleted: grants and the operation log name them by id,
-- and what an installation once was (simulated or real) must not be forgotten.
--
-- The kubeconfig is sealed by the daemon under a key that the database does not have, and is wiped
-- when the cluster is deleted.

CREATE TABLE cluster.clusters (
  id                 uuid        PRIMARY KEY,
  name               text        NOT NULL CHECK (name ~ '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'),
  display_name       text        NOT NULL CHECK (length(display_name) <= 128),
  kubeconfig         bytea,
  kubeconfig_version integer     NOT NULL DEFAULT 1,  -- rises with every new kubeconfig
  label_name         text,                            -- null, here and below: as configured
  online_value       text,
  done_value         text,
  minimum            integer     CHECK (minimum >= 0),
  simulated          boolean     NOT NULL,
  any_address        boolean     NOT NULL,            -- the operator's own word, given on the command line
  created_at         timestamptz NOT NULL DEFAULT now(),
  created_by         text        NOT NULL,
  deleted_at         timestamptz,
  deleted_by         text,
  CHECK ((deleted_at IS NULL) = (kubeconfig IS NOT NULL)),
  CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
);

CREATE UNIQUE INDEX clusters_name ON cluster.clusters (name) WHERE deleted_at IS NULL;

-- The demonstration has published passwords. An installation that ever had a simulated cluster can
-- never get a real one, nor the reverse; deleted rows count.
CREATE FUNCTION cluster.refuse_mixture() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- One at a time, so that two first rows cannot both find the table empty.
  PERFORM pg_advisory_xact_lock(hashtextextended('cluster.clusters.simulated', 0));
  IF EXISTS (SELECT FROM cluster.clusters WHERE simulated <> NEW.simulated) THEN
    RAISE EXCEPTION 'simulated and real clusters cannot share an installation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'clusters_not_mixed';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER not_mixed BEFORE INSERT OR UPDATE OF simulated ON cluster.clusters
  FOR EACH ROW EXECUTE FUNCTION cluster.refuse_mixture();

CREATE FUNCTION cluster.refuse_deletion() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'clusters are marked as deleted, their rows stay' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER rows_stay BEFORE DELETE OR TRUNCATE ON cluster.clusters
  FOR EACH STATEMENT EXECUTE FUNCTION cluster.refuse_deletion();

REVOKE ALL ON FUNCTION cluster.refuse_mixture(), cluster.refuse_deletion() FROM PUBLIC;
GRANT SELECT ON cluster.clusters TO podloadd;
GRANT INSERT (id, name, display_name, kubeconfig, label_name, online_value, done_value, minimum, simulated, any_address, created_by)
  ON cluster.clusters TO podloadd;
GRANT UPDATE (kubeconfig, deleted_at, deleted_by) ON cluster.clusters TO podloadd;
