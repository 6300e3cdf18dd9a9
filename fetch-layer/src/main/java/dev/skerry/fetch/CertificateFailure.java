package dev.skerry.fetch;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says what is wrong with a server's certificate, from the many exceptions that Java has for it. */
final class CertificateFailure {

  private CertificateFailure() {
  }

  /** One sentence part. */
  static String describe(SSLException thrown) {
    String fallback = Excerpt.of(String.valueOf(thrown.getMessage()));
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired (" + Excerpt.of(text) + ")";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet (" + Excerpt.of(text) + ")";
      }
      if (cause instanceof CertificateRevokedException) {
        return "its certificate was revoked (" + Excerpt.of(text) + ")";
      }
      if (cause instanceof CertPathBuilderException) {
        return "its certificate comes from no authority that is trusted here";
      }
      if (cause instanceof SSLPeerUnverifiedException || cause instanceof CertificateException
          && (text.startsWith("No subject alternative") || text.startsWith("No name matching"))) {
        return "its certificate is for another name (" + Excerpt.of(text) + ")";
      }
    }
    return fallback;
  }
}
