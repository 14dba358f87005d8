CREATE TABLE trial.rows (name text PRIMARY KEY, origin text NOT NULL);
GRANT SELECT, INSERT ON trial.rows TO podloadd;
