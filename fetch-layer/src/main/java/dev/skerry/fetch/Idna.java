package dev.skerry.fetch;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Set;

/** Unicode ToASCII (UTS 46) with the URL Standard's flags; the only class that loads ICU, for non-ASCII hosts alone. */
final class Idna {

  private static final IDNA UTS46 = IDNA.getUTS46Instance(
      IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.NONTRANSITIONAL_TO_UNICODE);

  /** What ICU reports always and the standard wants not: CheckHyphens and VerifyDnsLength are false. */
  private static final Set<IDNA.Error> PERMITTED = EnumSet.of(IDNA.Error.LEADING_HYPHEN, IDNA.Error.TRAILING_HYPHEN,
      IDNA.Error.HYPHEN_3_4, IDNA.Error.EMPTY_LABEL, IDNA.Error.LABEL_TOO_LONG, IDNA.Error.DOMAIN_NAME_TOO_LONG);

  private Idna() {
  }

  /** Domain parser ToASCII (URL §3.3) with beStrict false; null for failure. */
  static String toAscii(String domain) {
    StringBuilder output = new StringBuilder(domain.length() + 16);
    IDNA.Info info = new IDNA.Info();
    UTS46.nameToASCII(domain, output, info);
    return PERMITTED.containsAll(info.getErrors()) ? output.toString() : null;
  }
}
