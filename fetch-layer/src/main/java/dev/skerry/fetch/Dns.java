package dev.skerry.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/**
 * Finds the addresses of a name. Nobody keeps the answers: a cache would tell one page which hosts another has visited,
 * and a second question could be answered otherwise than the one that was checked.
 */
@FunctionalInterface
public interface Dns {

  /** The platform's resolver, without the cache of the JVM where nobody has set its time. */
  Dns SYSTEM = system();

  /**
   * The addresses to try, in order. May block.
   *
   * @param host a name in its serialised form, in lower case; never an address or a name of this machine
   * @throws UnknownHostException if there is none
   */
  List<InetAddress> lookUp(String host) throws UnknownHostException;

  private static Dns system() {
    for (String property : new String[] {"networkaddress.cache.ttl", "networkaddress.cache.negative.ttl"}) {
      String set = Security.getProperty(property);
      if (set == null || property.contains("negative") && set.equals("10")) {
        Security.setProperty(property, "0");
      }
    }
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
