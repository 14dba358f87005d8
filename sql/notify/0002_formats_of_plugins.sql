-- The formats are rows of plugins: the daemon knows which there are, the database only how a name looks.

ALTER TABLE notify.webhooks DROP CONSTRAINT webhooks_format_check;
ALTER TABLE notify.webhooks ADD CONSTRAINT webhooks_format_check CHECK (format ~ '^[a-z][a-z0-9-]{0,39}$');
