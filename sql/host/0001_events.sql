-- Events on their way: a row for each plugin that is still to be told, written in the transaction of
-- the change that the event tells of. A row that was told is deleted; one that never could be stays,
-- with given_up_at, until an administrator has it tried again or drops it.

CREATE TABLE podload.deliveries (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    uuid        NOT NULL,                             -- the same for every hearer and attempt
  event       text        NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  data        jsonb       NOT NULL,
  hearer      text        NOT NULL,                             -- the plugin
  attempts    integer     NOT NULL DEFAULT 0,                   -- begun; also what says whose attempt the row is
  due_at      timestamptz NOT NULL DEFAULT clock_timestamp(),   -- while it is told: when another may try
  error       text        NOT NULL DEFAULT '',                  -- of the last attempt
  given_up_at timestamptz
);

CREATE INDEX deliveries_due ON podload.deliveries (due_at) WHERE given_up_at IS NULL;

GRANT SELECT, DELETE ON podload.deliveries TO podloadd;
GRANT INSERT (event_id, event, data, hearer) ON podload.deliveries TO podloadd;
GRANT UPDATE (attempts, due_at, error, given_up_at) ON podload.deliveries TO podloadd;
