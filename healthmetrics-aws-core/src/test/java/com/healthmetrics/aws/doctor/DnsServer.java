package com.healthmetrics.aws.doctor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A DNS server on loopback, by UDP and TCP on one free port, which responds with the bytes of RFC
 * 1035.
 */
final class DnsServer implements AutoCloseable {
  static final int CNAME = 5;
  static final int MX = 15;
  static final int TXT = 16;

  private static final int NO_SUCH_NAME = 3;
  private static final int LARGEST_DATAGRAM = 512;

  /** A record's data, of one type. */
  private record Data(int type, byte[] bytes) {}

  private final ServerSocket tcp;
  private final DatagramSocket udp;
  private final Map<String, List<Data>> records = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final List<String> silent = new CopyOnWriteArrayList<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final Semaphore asked = new Semaphore(0);

  DnsServer() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ServerSocket forTcp = new ServerSocket(0, 10, loopback);
    DatagramSocket forUdp = bound(forTcp.getLocalPort(), loopback);
    while (forUdp == null) {
      forTcp.close();
      forTcp = new ServerSocket(0, 10, loopback);
      forUdp = bound(forTcp.getLocalPort(), loopback);
    }
    tcp = forTcp;
    udp = forUdp;
    start(this::serveDatagrams);
    start(this::serveConnections);
  }

  /** Null if another process has the port. */
  private static DatagramSocket bound(int port, InetAddress loopback) throws IOException {
    try {
      return new DatagramSocket(new InetSocketAddress(loopback, port));
    } catch (BindException e) {
      return null;
    }
  }

  private static void start(Runnable server) {
    Thread thread = new Thread(server, "dns-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** The server as JNDI names it. */
  String url() {
    return "dns://127.0.0.1:" + udp.getLocalPort();
  }

  DnsServer alias(String name, String target) {
    return add(name, CNAME, encoded(target));
  }

  DnsServer mailServer(String name, int preference, String host) {
    return add(
        name,
        MX,
        out -> {
          out.writeShort(preference);
          out.write(bytes(encoded(host)));
        });
  }

  /** A text of several strings. */
  DnsServer text(String name, String... strings) {
    return add(
        name,
        TXT,
        out -> {
          for (String string : strings) {
            byte[] latin = string.getBytes(StandardCharsets.ISO_8859_1);
            out.writeByte(latin.length);
            out.write(latin);
          }
        });
  }

  DnsServer failing(String name, int responseCode) {
    failures.put(name, responseCode);
    return this;
  }

  DnsServer silent(String name) {
    silent.add(name);
    return this;
  }

  /** The names that were asked for, by UDP. */
  List<String> questions() {
    return List.copyOf(questions);
  }

  /** The same, once there are as many: one that nobody waits for any more may be unread. */
  List<String> questions(int least) throws InterruptedException {
    if (!asked.tryAcquire(least, 1, TimeUnit.MINUTES)) {
      throw new AssertionError("Not " + least + " questions: " + questions);
    }
    return questions();
  }

  private DnsServer add(String name, int type, Writer data) {
    records
        .computeIfAbsent(name, n -> new CopyOnWriteArrayList<>())
        .add(new Data(type, bytes(data)));
    return this;
  }

  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Writer encoded(String name) {
    return out -> {
      for (String label : name.split("\\.")) {
        out.writeByte(label.length());
        out.write(label.getBytes(StandardCharsets.US_ASCII));
      }
      out.writeByte(0);
    };
  }

  private void serveDatagrams() {
    byte[] buffer = new byte[LARGEST_DATAGRAM];
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        udp.receive(packet);
        byte[] response = response(buffer, true);
        if (response != null) {
          udp.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        // Closed, which ends the loop.
      }
    }
  }

  private void serveConnections() {
    while (!tcp.isClosed()) {
      try (Socket connection = tcp.accept()) {
        DataInputStream in = new DataInputStream(connection.getInputStream());
        int length = in.readUnsignedShort();
        byte[] query = new byte[Math.max(length, LARGEST_DATAGRAM)];
        in.readFully(query, 0, length);
        byte[] response = response(query, false);
        DataOutputStream out = new DataOutputStream(connection.getOutputStream());
        out.writeShort(response.length);
        out.write(response);
      } catch (IOException e) {
        // Closed, which ends the loop.
      }
    }
  }

  /** The response to a query with one question; null for none. */
  private byte[] response(byte[] query, boolean datagram) {
    List<String> labels = new ArrayList<>();
    int at = 12;
    while (query[at] > 0) {
      labels.add(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
      at += query[at] + 1;
    }
    int end = at + 5;
    int type = query[at + 2];
    String name = String.join(".", labels);
    if (datagram) {
      questions.add(name);
      asked.release();
    }
    if (silent.contains(name)) {
      return null;
    }
    List<Data> found =
        records.getOrDefault(name, List.of()).stream().filter(d -> d.type() == type).toList();
    int code = failures.getOrDefault(name, records.containsKey(name) ? 0 : NO_SUCH_NAME);
    byte[] whole = bytes(out -> message(out, query, end, code, false, found));
    return datagram && whole.length > LARGEST_DATAGRAM
        ? bytes(out -> message(out, query, end, code, true, List.of()))
        : whole;
  }

  private static void message(
      DataOutputStream out, byte[] query, int end, int code, boolean truncated, List<Data> found)
      throws IOException {
    out.write(query, 0, 2);
    // A response, recursion desired and available.
    out.writeShort(0x8180 | (truncated ? 0x0200 : 0) | code);
    out.writeShort(1);
    out.writeShort(found.size());
    out.writeInt(0);
    out.write(query, 12, end - 12);
    for (Data data : found) {
      // The name of the question, by a pointer.
      out.writeShort(0xC00C);
      out.writeShort(data.type());
      out.writeShort(1);
      out.writeInt(60);
      out.writeShort(data.bytes().length);
      out.write(data.bytes());
    }
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
