package com.healthmetrics.aws.testkit.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.healthmetrics.aws.testkit.Sweep;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several processes share a store, and are killed between any two steps. */
class FourProcessesTest {

  @Test
  void neverSendTwiceThroughH2() throws Exception {
    String name = "mem:" + UUID.randomUUID();
    Server server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon").start();
    try {
      // Created here: the server opens existing databases only.
      new Database("jdbc:h2:" + name + ";DB_CLOSE_DELAY=-1", "sa", "").run("SELECT 1");
      FourProcesses processes =
          new FourProcesses(
              new Database("jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + name, "sa", ""));

      processes.sendEachEmailOnce(1);

      assertThat(processes.killed()).isPositive();
    } finally {
      server.stop();
    }
  }

  @Sweep("four processes that share PostgreSQL")
  @Test
  @Tag("postgresql")
  void neverSendTwiceThroughPostgres() throws Exception {
    FourProcesses processes = new FourProcesses(PostgresServer.shared());

    processes.sendEachEmailOnce(3);

    assertThat(processes.killed()).isGreaterThan(3);
  }
}
