package com.healthmetrics.aws.doctor;

import com.healthmetrics.aws.internal.BoundedResponses;
import com.healthmetrics.aws.internal.Failures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/**
 * The DNS of this machine, by the JDK's own client (JNDI, module {@code jdk.naming.dns}).
 *
 * <p>A run-time image may lack that module, or JNDI as a whole: nothing is looked up then. Each
 * server is asked twice, the second time with twice the timeout, and by TCP if the records do not
 * fit into a datagram.
 *
 * <p>Thread-safe. Source: Java documentation of the module {@code jdk.naming.dns}.
 */
final class JndiDns implements DnsRecords {
  private static final int MAX_NAME = 253;

  /** JNDI takes a colon for the scheme of a URL, of LDAP even, and a slash for another name. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]{1,63}+(?:\\.[A-Za-z0-9_-]{1,63}+)*+");

  private final String servers;
  private final Duration timeout;

  /**
   * Creates a client.
   *
   * @param servers as JNDI has them: {@code dns:} for those of this machine, or URLs such as {@code
   *     dns://127.0.0.1:5353}
   * @param timeout how long to wait for each server before it is asked again
   */
  JndiDns(String servers, Duration timeout) {
    this.servers = servers;
    this.timeout = timeout;
  }

  /** The servers that this machine is configured with. */
  static JndiDns ofThisMachine() {
    return new JndiDns("dns:", Duration.ofSeconds(1));
  }

  @Override
  public List<String> find(String name, String type) throws DnsUnavailableException {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw new DnsUnavailableException(
          "A name of %s characters is not one that DNS has, so its %s records were not looked up."
              .formatted(name.length(), type));
    }
    try {
      return Jndi.find(servers, timeout, name, type);
    } catch (LinkageError e) {
      throw new DnsUnavailableException(
          "This Java runtime has no JNDI, which looks up DNS records. Add the modules java.naming and"
              + " jdk.naming.dns to its image.");
    }
  }

  /** Linked when it is used, as a run-time image may lack JNDI. */
  private static final class Jndi {
    /** Nothing is deserialized: names have no scheme, and the provider of DNS returns texts. */
    @SuppressWarnings("BanJNDI")
    static List<String> find(String servers, Duration timeout, String name, String type)
        throws DnsUnavailableException {
      try {
        DirContext dns = new InitialDirContext(environment(servers, timeout));
        try {
          Attribute found = dns.getAttributes(name, new String[] {type}).get(type);
          return found == null ? List.of() : values(found, type);
        } finally {
          dns.close();
        }
      } catch (NameNotFoundException e) {
        return List.of();
      } catch (NoInitialContextException e) {
        throw new DnsUnavailableException(
            "This Java runtime has no client of DNS. Add the module jdk.naming.dns to its image.");
      } catch (NamingException | RuntimeException e) {
        throw new DnsUnavailableException(
            "DNS gave no usable response for the %s records of %s (%s). Check this machine's DNS servers and its network."
                .formatted(type, name, description(e)));
      }
    }

    /** Of the type that JNDI requires. */
    @SuppressWarnings("JdkObsolete")
    private static Hashtable<String, String> environment(String servers, Duration timeout) {
      Hashtable<String, String> environment = new Hashtable<>();
      environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
      environment.put(Context.PROVIDER_URL, servers);
      environment.put("com.sun.jndi.dns.timeout.initial", Long.toString(timeout.toMillis()));
      environment.put("com.sun.jndi.dns.timeout.retries", "2");
      return environment;
    }

    private static List<String> values(Attribute found, String type) throws NamingException {
      List<String> values = new ArrayList<>();
      for (Object value : Collections.list(found.getAll())) {
        String text = value.toString();
        values.add(type.equals("TXT") ? TextRecord.joined(text) : withoutRoot(text));
      }
      return values;
    }

    private static String withoutRoot(String name) {
      return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static String description(Exception failure) {
      Throwable cause = Failures.rootCause(failure);
      String explanation = cause instanceof NamingException named ? named.getExplanation() : null;
      return explanation == null ? BoundedResponses.describe(cause) : explanation;
    }
  }

  /** A TXT record as JNDI writes it: its strings, quoted where they need it, between spaces. */
  private static final class TextRecord {
    private static final Pattern STRING =
        Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"|([^ ]++)", Pattern.DOTALL);
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    /** Without anything between them: RFC 7208, 3.3, and RFC 6376, 3.6.2.2. */
    static String joined(String text) {
      StringBuilder joined = new StringBuilder();
      Matcher strings = STRING.matcher(text);
      while (strings.find()) {
        String quoted = strings.group(1);
        joined.append(quoted == null ? strings.group(2) : ESCAPED.matcher(quoted).replaceAll("$1"));
      }
      return joined.toString();
    }
  }
}
