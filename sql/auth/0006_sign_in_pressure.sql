-- Where users signed in from lately: such an address is let in also while many guess.
CREATE TABLE auth.sign_in_sources (
  user_id uuid        NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  source  text        NOT NULL,                       -- an IPv6 address stands for its /64
  last_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, source)
);
CREATE INDEX sign_in_sources_age ON auth.sign_in_sources (last_at);

-- Failed sign-ins of an account from all addresses together. What is in the bucket runs out of it with time; above the
-- limit, addresses that never signed in to it wait.
CREATE TABLE auth.sign_in_accounts (
  username      text             COLLATE "C" PRIMARY KEY,  -- as typed: there need be no such user
  failures      double precision NOT NULL DEFAULT 0,       -- in the bucket at last_at
  refused       integer          NOT NULL DEFAULT 0,       -- attempts while blocked, since the last that was not
  last_at       timestamptz      NOT NULL DEFAULT now(),
  blocked_until timestamptz      NOT NULL DEFAULT now(),
  told_at       timestamptz                                -- when it was last told that the account is slowed down
);
CREATE INDEX sign_in_accounts_age ON auth.sign_in_accounts (last_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.sign_in_sources, auth.sign_in_accounts TO podloadd;
