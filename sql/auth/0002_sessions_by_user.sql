-- A user's sessions, the latest first: when somebody was last here is asked for every user of a list.
CREATE INDEX sessions_by_user ON auth.sessions (user_id, created_at);
