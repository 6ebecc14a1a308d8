package com.healthmetrics.aws.mail;

import com.healthmetrics.aws.internal.Failures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs statements that commit at once, on connections of a pool, for the table of a store. */
record AutoCommit(DataSource dataSource, String table) {
  private static final int TIMEOUT_SECONDS = 10;
  private static final int TRIES = 4;

  /** Of statements that certainly changed nothing: the standard's, and PostgreSQL's deadlock. */
  private static final Set<String> ROLLED_BACK = Set.of("40001", "40P01");

  /** Statements on one connection; run again if the database rolled one of them back. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** The value of a row. */
  interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  <T> T connected(Work<T> work) {
    for (int i = 1; ; i++) {
      try (Connection connection = dataSource.getConnection()) {
        requireAutoCommit(connection);
        return work.with(connection);
      } catch (SQLException e) {
        if (i == TRIES || !ROLLED_BACK.contains(String.valueOf(e.getSQLState()))) {
          throw failure(e);
        }
      }
    }
  }

  private static void requireAutoCommit(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      throw new StoreFailure(
          "The idempotency store got a connection whose autocommit is off: it is part of a"
              + " transaction, whose rollback would forget an email that went out, or its pool"
              + " turns autocommit off. Give the store a pool whose connections have autocommit on,"
              + " without a proxy that joins transactions.");
    }
  }

  private StoreFailure failure(SQLException e) {
    String remedy =
        isOfClass(e, "42")
            ? "Create the table %s as documented, and grant SELECT, INSERT, UPDATE and DELETE on it."
                .formatted(table)
            : "Call again when it works.";
    return new StoreFailure(
        "The database of the idempotency store failed with SQLState %s (vendor code %s). %s"
            .formatted(e.getSQLState(), e.getErrorCode(), remedy),
        Failures.withoutMessage(e));
  }

  /** Returns whether the SQLState of a failure begins with the two characters of a class. */
  static boolean isOfClass(SQLException e, String stateClass) {
    return e.getSQLState() != null && e.getSQLState().startsWith(stateClass);
  }

  /** Values of a statement, to which more can be added: texts, numbers and nulls. */
  static List<@Nullable Object> parameters(@Nullable Object... values) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Object value : values) {
      list.add(value);
    }
    return list;
  }

  static <T> List<T> read(
      Connection connection, int limit, String sql, List<@Nullable Object> values, Row<T> row)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, values);
      // Databases have no syntax of a limit in common.
      statement.setMaxRows(limit);
      List<T> rows = new ArrayList<>();
      try (ResultSet results = statement.executeQuery()) {
        while (results.next()) {
          rows.add(row.of(results));
        }
      }
      return rows;
    }
  }

  static int update(Connection connection, String sql, List<@Nullable Object> values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, values);
      return statement.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, List<@Nullable Object> values)
      throws SQLException {
    statement.setQueryTimeout(TIMEOUT_SECONDS);
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (value == null) {
        statement.setNull(i + 1, Types.VARCHAR);
      } else {
        statement.setString(i + 1, value.toString());
      }
    }
  }
}
