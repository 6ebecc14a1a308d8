package com.healthmetrics.aws.testkit.deliverability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The DNS as a receiver of emails sees it: these records and no others. For tests in Java, and as a
 * server on loopback for the spam filters, which so never ask the network.
 */
public final class RecordedDns implements AutoCloseable {
  private static final int MAX_STRING = 255;

  /** The section after the question: RFC 1035, section 4.1. */
  private static final int RESULT = Section.QUESTION + 1;

  private final List<DnsRecord> records;
  private final DatagramSocket socket;

  private RecordedDns(List<DnsRecord> records, DatagramSocket socket) {
    this.records = records;
    this.socket = socket;
  }

  public static RecordedDns start(List<DnsRecord> records) {
    try {
      DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      RecordedDns dns = new RecordedDns(List.copyOf(records), socket);
      Thread server = new Thread(dns::serve, "recorded-dns");
      server.setDaemon(true);
      server.start();
      return dns;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** The values of a name, through its CNAME if it has one; empty if there are none. */
  public List<String> values(String name, String type) {
    return resolve(name, type)
        .filter(record -> record.type().equals(type))
        .map(DnsRecord::value)
        .toList();
  }

  private Stream<DnsRecord> resolve(String name, String type) {
    return records.stream()
        .filter(record -> record.name().equalsIgnoreCase(name))
        .filter(record -> record.type().equals(type) || record.type().equals("CNAME"))
        .flatMap(
            record ->
                record.type().equals("CNAME") && !type.equals("CNAME")
                    ? Stream.concat(Stream.of(record), resolve(record.value(), type))
                    : Stream.of(record));
  }

  private void serve() {
    byte[] buffer = new byte[4_096];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] query = Arrays.copyOf(buffer, packet.getLength());
        byte[] response = respond(new Message(query)).toWire();
        socket.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private Message respond(Message query) throws IOException {
    Record question = query.getQuestion();
    String name = question.getName().toString(true);
    Message response = new Message(query.getHeader().getID());
    Header header = response.getHeader();
    header.setFlag(Flags.QR);
    header.setFlag(Flags.RD);
    header.setFlag(Flags.RA);
    response.addRecord(question, Section.QUESTION);
    for (DnsRecord record : resolve(name, Type.string(question.getType())).toList()) {
      response.addRecord(wire(record), RESULT);
    }
    if (records.stream().noneMatch(record -> record.name().equalsIgnoreCase(name))) {
      header.setRcode(Rcode.NXDOMAIN);
    }
    return response;
  }

  private static Record wire(DnsRecord record) throws IOException {
    String value = record.value();
    String text =
        switch (record.type()) {
          case "TXT" -> strings(value);
          case "A" -> value;
          default -> value + ".";
        };
    return Record.fromString(
        absolute(record.name()), Type.value(record.type()), DClass.IN, 300, text, Name.root);
  }

  private static Name absolute(String name) throws TextParseException {
    return Name.fromString(name.toLowerCase(Locale.ROOT) + ".");
  }

  /** A text of more than 255 octets is several strings, which readers join. */
  private static String strings(String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    return IntStream.iterate(0, i -> i < octets.length, i -> i + MAX_STRING)
        .mapToObj(i -> text.substring(i, Math.min(i + MAX_STRING, text.length())))
        .map(string -> '"' + string + '"')
        .reduce((one, next) -> one + " " + next)
        .orElse("\"\"");
  }

  @Override
  public void close() {
    socket.close();
  }
}
