package dev.skerry.fetch;

import java.io.IOException;

/** None of a host's addresses is one that the request may connect to. */
final class AddressOutOfReach extends IOException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  AddressOutOfReach(Refusal refusal) {
    super(refusal.detail());
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
