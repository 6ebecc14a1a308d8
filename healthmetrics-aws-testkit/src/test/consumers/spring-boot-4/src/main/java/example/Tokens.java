package example;

import com.healthmetrics.aws.mail.EmailAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Tokens that work once, stored as hashes. In memory here; yours are rows of a table. */
@Component
class Tokens {
  private record Issued(EmailAddress address, Instant expiresAt) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();

  String create(EmailAddress address, Duration lifetime) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    issued.put(hash(token), new Issued(address, Instant.now().plus(lifetime)));
    return token;
  }

  /** Returns whose it was, and nothing the next time. */
  Optional<EmailAddress> use(String token) {
    return Optional.ofNullable(issued.remove(hash(token)))
        .filter(used -> Instant.now().isBefore(used.expiresAt()))
        .map(Issued::address);
  }

  private static String hash(String token) {
    try {
      byte[] text = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
