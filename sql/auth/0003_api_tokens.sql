-- API tokens: for programs, on behalf of a user, and never more than that user has at the moment.
CREATE TABLE auth.api_tokens (
  id             uuid        PRIMARY KEY,
  token_hash     bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),  -- SHA-256; the token is shown once
  user_id        uuid        NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  name           text        NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  level          text        NOT NULL CHECK (level IN ('read', 'write')),
  all_clusters   boolean     NOT NULL,                -- false: those in clusters, and none without one there
  clusters       jsonb       NOT NULL,                -- as the rows of auth.grants; a token's scope never changes
  created_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL CHECK (expires_at <= created_at + interval '367 days'),
  last_used_at   timestamptz,                         -- to the minute
  last_used_from text,
  revoked_at     timestamptz
) WITH (fillfactor = 80);
CREATE INDEX api_tokens_by_user ON auth.api_tokens (user_id);

GRANT SELECT, INSERT, DELETE ON auth.api_tokens TO podloadd;
GRANT UPDATE (last_used_at, last_used_from, revoked_at) ON auth.api_tokens TO podloadd;
