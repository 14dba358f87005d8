-- The chain of hashes over the log. Rows stay as they were written; each gets a seal within a second,
-- in the order of sealing: numbers of rows commit out of order, so a chain by them could not be closed.

-- The committed rows that have no seal yet. A row stands here from its own transaction on, so none is
-- missed however late it commits, and the sealer has only this to read.
CREATE TABLE audit.unsealed (
  row_id bigint      PRIMARY KEY,
  row_at timestamptz NOT NULL
);

CREATE TABLE audit.seals (
  number bigint      PRIMARY KEY,              -- 1, 2, 3 without gaps
  row_id bigint      NOT NULL UNIQUE,
  row_at timestamptz NOT NULL,
  digest bytea       NOT NULL CHECK (length(digest) = 32),  -- SHA-256 of the whole row
  hash   bytea       NOT NULL CHECK (length(hash) = 32)     -- SHA-256 of the hash before, the number, the digest
);

-- Signed statements of how far the chain was and what its last hash was. They go out of the database too.
CREATE TABLE audit.checkpoints (
  ordinal   bigint PRIMARY KEY,                -- 1, 2, 3 without gaps
  statement text   NOT NULL,                   -- JSON, exactly as it was signed
  signature bytea  NOT NULL CHECK (length(signature) = 64)  -- Ed25519
);

CREATE FUNCTION audit.queue_for_sealing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO audit.unsealed (row_id, row_at) VALUES (NEW.id, NEW.at);
  RETURN NULL;
END $$;
CREATE TRIGGER queue_for_sealing AFTER INSERT ON audit.rows
  FOR EACH ROW EXECUTE FUNCTION audit.queue_for_sealing();
INSERT INTO audit.unsealed (row_id, row_at) SELECT id, at FROM audit.rows;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.seals
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.seals
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.checkpoints
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit.checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

REVOKE ALL ON FUNCTION audit.queue_for_sealing() FROM PUBLIC;
GRANT SELECT, DELETE ON audit.unsealed TO podloadd;
GRANT SELECT, INSERT ON audit.seals, audit.checkpoints TO podloadd;

-- Few rows that come and go all day: their traces are cleared before they add up.
ALTER TABLE audit.unsealed SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
