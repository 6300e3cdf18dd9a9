package dev.skerry.origin.cli;

/**
 * One row of {@code skerry doctor}.
 *
 * @param name what was looked at
 * @param finding what is there
 * @param mend what to do about it; empty where nothing is to be done
 */
record Check(String name, String finding, Status status, String mend) {

  /** Fine, worse than it could be, or broken. */
  enum Status { OK, WARN, FAIL }

  static Check ok(String name, String finding) {
    return new Check(name, finding, Status.OK, "");
  }

  static Check warn(String name, String finding, String mend) {
    return new Check(name, finding, Status.WARN, mend);
  }

  static Check fail(String name, String finding, String mend) {
    return new Check(name, finding, Status.FAIL, mend);
  }
}
