-- Users who came over from the predecessor have its SHA-256 of their password inside the Argon2id, until
-- they sign in.
ALTER TABLE auth.users ADD COLUMN password_scheme text NOT NULL DEFAULT 'argon2id'
  CHECK (password_scheme IN ('argon2id', 'argon2id_of_sha256'));
GRANT UPDATE (password_scheme) ON auth.users TO podloadd;
