-- Users, what they may do where, and their sessions.

CREATE TABLE auth.users (
  id                  uuid        PRIMARY KEY,
  username            text        COLLATE "C" NOT NULL UNIQUE
                                  CHECK (username ~ '^[A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff][A-Za-z0-9._@+\u3400-\u4dbf\u4e00-\u9fff-]{0,63}$'),
  password_hash       text        NOT NULL,                 -- Argon2id, with its parameters and salt
  level               text        NOT NULL CHECK (level IN ('none', 'read', 'write', 'admin')),
  all_clusters        boolean     NOT NULL,                 -- false: those in grants, and none without a row there
  disabled            boolean     NOT NULL DEFAULT false,
  must_change         boolean     NOT NULL DEFAULT false,   -- the password, before anything else
  created_at          timestamptz NOT NULL DEFAULT now(),
  password_changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE auth.grants (
  user_id        uuid    NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  cluster_id     uuid    NOT NULL,                          -- never a name: another cluster may get that later
  level          text    CHECK (level IN ('none', 'read', 'write')),  -- NULL: the user's own; never more than that
  all_namespaces boolean NOT NULL,                          -- false: those in grant_namespaces
  PRIMARY KEY (user_id, cluster_id)
);
CREATE INDEX grants_cluster ON auth.grants (cluster_id);

CREATE TABLE auth.grant_namespaces (
  user_id    uuid NOT NULL,
  cluster_id uuid NOT NULL,
  namespace  text NOT NULL CHECK (namespace <> ''),
  PRIMARY KEY (user_id, cluster_id, namespace),
  FOREIGN KEY (user_id, cluster_id) REFERENCES auth.grants ON DELETE CASCADE
);

-- A session lives while ended_at is null and last_seen and created_at are young enough by this
-- database's clock. Its row stays for a while after: the operation log names sessions by id.
-- last_seen changes often and stands in no index, so that its updates stay within the page.
CREATE TABLE auth.sessions (
  id         uuid        PRIMARY KEY,
  token_hash bytea       NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),  -- SHA-256; the token is with the browser only
  user_id    uuid        NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen  timestamptz NOT NULL DEFAULT now(),
  address    text        NOT NULL,
  user_agent text        NOT NULL,
  ended_at   timestamptz,
  ended_why  text        CHECK (ended_why IN ('signed_out', 'idle', 'too_old', 'signed_in_again', 'password_changed', 'revoked')),
  CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX sessions_live ON auth.sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON auth.sessions (ended_at) WHERE ended_at IS NOT NULL;

-- Failed sign-ins that count against an account from an address, so that neither a restart nor
-- another daemon gives a guesser a fresh start. An attempt is counted before the password is
-- looked at, and forgotten when it was right: guesses side by side cannot slip through.
CREATE TABLE auth.sign_in_failures (
  username      text        COLLATE "C" NOT NULL,           -- as typed: there need be no such user
  address       text        NOT NULL,                       -- an IPv6 one stands for its /64
  failures      integer     NOT NULL DEFAULT 0,
  refused       integer     NOT NULL DEFAULT 0,             -- attempts while blocked, since the last that was not
  last_at       timestamptz NOT NULL DEFAULT now(),
  blocked_until timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (username, address)
);
CREATE INDEX sign_in_failures_age ON auth.sign_in_failures (last_at);

GRANT SELECT, INSERT, DELETE ON auth.users TO podloadd;
GRANT UPDATE (username, password_hash, level, all_clusters, disabled, must_change, password_changed_at) ON auth.users TO podloadd;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.grants, auth.grant_namespaces, auth.sign_in_failures TO podloadd;
GRANT SELECT, INSERT, DELETE ON auth.sessions TO podloadd;
GRANT UPDATE (last_seen, ended_at, ended_why) ON auth.sessions TO podloadd;
