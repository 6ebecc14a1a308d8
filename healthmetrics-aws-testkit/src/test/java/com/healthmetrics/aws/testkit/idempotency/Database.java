package com.healthmetrics.aws.testkit.idempotency;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database that the tests use, of this process or of another. */
public record Database(String url, String user, String password) {
  private static final String DDL = "/healthmetrics-aws/email-idempotency.sql";

  /** A new one in this process, which ends with it. */
  public static Database inMemory() {
    return new Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
  }

  public DataSource dataSource() {
    if (url.startsWith("jdbc:h2:")) {
      JdbcDataSource source = new JdbcDataSource();
      source.setURL(url);
      source.setUser(user);
      source.setPassword(password);
      return source;
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  /** Creates the table that the library documents, under a name that no other test has. */
  public String newTable() throws SQLException, IOException {
    String table = "emails_" + UUID.randomUUID().toString().replace("-", "_");
    run(script().replace("email_idempotency", table));
    return table;
  }

  /** The statements that core's jar contains. */
  public static String script() throws IOException {
    try (InputStream in = Database.class.getResourceAsStream(DDL)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public void run(String script) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : script.replaceAll("--[^\n]*", "").split(";")) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
    }
  }
}
