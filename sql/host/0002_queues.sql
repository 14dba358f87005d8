-- Queues of events: what is in a queue comes to its hearer in order, one call at a time over all daemons.
-- A queue rests while its hearer's receiver wants to be left alone, and no other one with it.

CREATE TABLE podload.queues (
  hearer   text        NOT NULL,                             -- the plugin
  name     text        NOT NULL CHECK (length(name) <= 200), -- '': all that this plugin hears in order
  turn     bigint      NOT NULL DEFAULT 0,                   -- calls begun; also what says whose call the row is
  due_at   timestamptz NOT NULL DEFAULT clock_timestamp(),   -- until then it rests; during a call: when another may try
  refusals integer     NOT NULL DEFAULT 0,                   -- calls without success since the last one with
  PRIMARY KEY (hearer, name)
);

ALTER TABLE podload.deliveries ADD COLUMN queue text;        -- NULL: in none, told on its own clock

DROP INDEX podload.deliveries_due;
CREATE INDEX deliveries_due ON podload.deliveries (due_at) WHERE given_up_at IS NULL AND queue IS NULL;
CREATE INDEX deliveries_queued ON podload.deliveries (hearer, queue, id) WHERE given_up_at IS NULL AND queue IS NOT NULL;

GRANT SELECT, INSERT (hearer, name), UPDATE (turn, due_at, refusals) ON podload.queues TO podloadd;
GRANT INSERT (queue) ON podload.deliveries TO podloadd;
