CREATE TABLE notes.notes (
  cluster_id uuid        NOT NULL,          -- never a name: another cluster may get that later
  namespace  text        NOT NULL,
  pod        text        NOT NULL,
  text       text        NOT NULL,
  by         text        NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cluster_id, namespace, pod)
);

GRANT SELECT, INSERT, UPDATE ON notes.notes TO podloadd;
