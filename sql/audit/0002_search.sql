-- What the log is searched by. Each index is one filter and then "newest first", so that a page is
-- read off its end without sorting, whatever the size of the log.
CREATE INDEX rows_username ON audit.rows (username, at DESC, id DESC);
CREATE INDEX rows_cluster ON audit.rows (cluster, at DESC, id DESC) WHERE cluster IS NOT NULL;
CREATE INDEX rows_outcome ON audit.rows (outcome, at DESC, id DESC) WHERE outcome IS NOT NULL;
CREATE INDEX rows_address ON audit.rows (address, at DESC, id DESC) WHERE address IS NOT NULL;
