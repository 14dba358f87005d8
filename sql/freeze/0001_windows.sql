-- Freeze windows. A row stays when it is over; one that is ended early ends then.

CREATE TABLE freezes.windows (
  id         uuid        PRIMARY KEY,
  cluster_id uuid,                                   -- null: every cluster
  cluster    text        NOT NULL DEFAULT '',        -- its name when the row was added
  namespace  text        NOT NULL DEFAULT '',        -- empty: every namespace
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  reason     text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
  may_force  text        NOT NULL CHECK (may_force IN ('everyone', 'administrators', 'nobody')),
  created_by text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (ends_at >= starts_at),
  CHECK (namespace = '' OR cluster_id IS NOT NULL)
);
CREATE INDEX windows_by_end ON freezes.windows (ends_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON freezes.windows TO podloadd;
