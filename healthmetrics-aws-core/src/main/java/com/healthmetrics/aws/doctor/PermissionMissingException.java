package com.healthmetrics.aws.doctor;

/** Thrown when the credentials may not ask. */
final class PermissionMissingException extends NotCheckedException {
  private static final long serialVersionUID = 1L;

  PermissionMissingException(String permission) {
    super(
        "The credentials lack the permission %s, which the policy diagnosis of the Terraform module grants."
            .formatted(permission));
  }
}
