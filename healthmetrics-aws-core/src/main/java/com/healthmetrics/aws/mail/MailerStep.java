package com.healthmetrics.aws.mail;

/** One step of a {@link MailerChain}. */
interface MailerStep {
  MailReceipt send(Email email, TransactionalMailer next);
}
