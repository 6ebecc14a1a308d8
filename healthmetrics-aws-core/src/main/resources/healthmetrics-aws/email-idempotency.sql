-- The table of JdbcIdempotencyStore. Runs as it is on PostgreSQL and H2.
-- MySQL and MariaDB: end the first statement with ") CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;",
-- or keys that differ in upper and lower case only count as one, which the store refuses.
CREATE TABLE email_idempotency (
  idempotency_key VARCHAR(255) NOT NULL PRIMARY KEY,
  state           VARCHAR(16)  NOT NULL,
  since_millis    BIGINT       NOT NULL,
  attempt         VARCHAR(255) NOT NULL,
  message_id      VARCHAR(255)
);
CREATE UNIQUE INDEX email_idempotency_attempt ON email_idempotency (attempt);
CREATE INDEX email_idempotency_since ON email_idempotency (state, since_millis);
