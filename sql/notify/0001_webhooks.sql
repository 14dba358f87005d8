-- Webhooks: where messages go, and what each is told. Address and secret are sealed by the daemon
-- under a key that the database does not have, and are never sent out again.

CREATE TABLE notify.webhooks (
  id           uuid        PRIMARY KEY,
  name         text        NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
  format       text        NOT NULL CHECK (format IN ('dingtalk', 'wecom', 'feishu', 'slack', 'json')),
  sealed       bytea       NOT NULL,                -- {"url", "secret"}
  host         text        NOT NULL,                -- the URL's, for people
  events       text[]      NOT NULL CHECK (cardinality(events) > 0),
  all_clusters boolean     NOT NULL,                -- false: those in clusters, and none without one there
  clusters     uuid[]      NOT NULL,
  language     text        NOT NULL CHECK (language IN ('zh-CN', 'en')),
  enabled      boolean     NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  created_by   text        NOT NULL,
  tried_at     timestamptz,                         -- the last message
  error        text        NOT NULL DEFAULT ''      -- why it could not be sent; empty where it was
);

GRANT SELECT, INSERT, UPDATE, DELETE ON notify.webhooks TO podloadd;
