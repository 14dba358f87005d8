CREATE TABLE your_plugin.notes (
  cluster_id uuid        NOT NULL,
  namespace  text        NOT NULL,
  text       text        NOT NULL,
  by         text        NOT NULL,
  at         timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON your_plugin.notes (cluster_id, namespace, at);
GRANT SELECT, INSERT ON your_plugin.notes TO podloadd;
