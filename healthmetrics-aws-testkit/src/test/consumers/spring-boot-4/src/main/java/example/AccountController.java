package example;

import com.healthmetrics.aws.HealthMetricsAws;
import com.healthmetrics.aws.mail.AccountEmails;
import com.healthmetrics.aws.mail.EmailAddress;
import java.util.Locale;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AccountController {
  private static final String FORM =
      """
      <!doctype html>
      <title>Verify your email address</title>
      <form method="post"><button>Verify my email address</button></form>
      """;

  private final AccountEmails emails;
  private final Tokens tokens;

  AccountController(HealthMetricsAws aws, Tokens tokens) {
    this.emails = aws.accountEmails();
    this.tokens = tokens;
  }

  record SignUp(EmailAddress email) {
    SignUp {
      Objects.requireNonNull(email, "email");
    }
  }

  @PostMapping("/sign-up")
  @ResponseStatus(HttpStatus.ACCEPTED)
  void signUp(@RequestBody SignUp signUp, Locale locale) {
    String token = tokens.create(signUp.email(), emails.verificationLifetime());
    emails.sendVerification(signUp.email(), token, locale);
  }

  /** The page of the link. It changes nothing: scanners of mail providers open every link. */
  @GetMapping(path = "/auth/verify-email", produces = MediaType.TEXT_HTML_VALUE)
  String askToVerify() {
    return FORM; // it is sent to the URL of this page, which has the token
  }

  @PostMapping("/auth/verify-email")
  ResponseEntity<String> verify(@RequestParam String token) {
    return tokens
        .use(token)
        .map(address -> ResponseEntity.ok("Your email address is verified.")) // and is the user's
        .orElse(ResponseEntity.status(HttpStatus.GONE).body("This link is not valid any more."));
  }
}
