-- Failed sign-ins of a minute, by where they came from: the first few have a row each in the operation
-- log, the rest are counted here and told in one row when the minute is over, so that nobody can bury
-- the log under failures. What is known was tried on accounts that exist counts apart from the rest: names
-- made up cannot push it out.
CREATE TABLE auth.sign_in_floods (
  minute  timestamptz NOT NULL,
  source  text        NOT NULL,                 -- an address, an IPv6 one for its /64; empty: all of them together
  known   boolean     NOT NULL,                 -- the account exists
  told    integer     NOT NULL DEFAULT 0,       -- had a row of their own
  counted integer     NOT NULL DEFAULT 0,       -- had none
  first   text        NOT NULL DEFAULT '',      -- the first and the last name that was counted
  last    text        NOT NULL DEFAULT '',
  PRIMARY KEY (minute, source, known)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON auth.sign_in_floods TO podloadd;
