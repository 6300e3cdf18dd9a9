package dev.skerry.fetch;

import dev.skerry.fetch.Refusal.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Local Network Access: a request goes to a more private address space than where its client came from only out of a
 * secure context and by the embedder's grant. The decision is made once for each hop, as the set of spaces that it may
 * reach; the transport connects to addresses of these spaces alone, so that what was checked is what is connected to.
 */
final class LocalNetworkAccess {

  private LocalNetworkAccess() {
  }

  /**
   * The address spaces that a hop may reach: its client, and who asked for the navigation.
   *
   * @param redirectedFrom the most public space of the servers that redirected the request so far; null for none
   */
  static Set<AddressSpace> reach(FetchRequest request, Url target, AddressSpace redirectedFrom,
                                 LocalNetworkGrants grants) {
    Set<AddressSpace> reach = reach(request.client(), target, redirectedFrom, grants);
    if (request.navigatedBy() != null) {
      reach.retainAll(reach(request.navigatedBy(), target, redirectedFrom, grants));
    }
    return Collections.unmodifiableSet(reach);
  }

  private static Set<AddressSpace> reach(RequestClient client, Url target, AddressSpace redirectedFrom,
                                         LocalNetworkGrants grants) {
    AddressSpace own = client.policies().addressSpace();
    AddressSpace from = redirectedFrom == null || redirectedFrom.isMorePrivateThan(own) ? own : redirectedFrom;
    EnumSet<AddressSpace> reach = EnumSet.noneOf(AddressSpace.class);
    for (AddressSpace space : AddressSpace.values()) {
      if (!space.isMorePrivateThan(from)
          || client.secureContext() && grants.allows(client.origin(), target, space)) {
        reach.add(space);
      }
    }
    return reach;
  }

  /** Those addresses, in their order, that a hop may connect to. */
  static List<InetSocketAddress> within(Set<AddressSpace> reach, List<InetSocketAddress> addresses) {
    return addresses.stream().filter(address -> reach.contains(AddressSpace.of(address.getAddress()))).toList();
  }

  /** What to say where no address is left, or a cached response came from a space that is out of reach. */
  static Refusal refusal(Set<AddressSpace> reach, List<InetAddress> addresses) {
    String where = addresses.stream().map(address -> address.getHostAddress() + " ("
        + AddressSpace.of(address).token() + ")").collect(Collectors.joining(", "));
    return refusal(reach, where);
  }

  static Refusal refusal(Set<AddressSpace> reach, String where) {
    return Refusal.of(Rule.LOCAL_NETWORK_ACCESS, "its address is " + where + ", and this request may reach "
        + (reach.isEmpty() ? "none" : reach.stream().map(AddressSpace::token).collect(Collectors.joining(" and ")))
        + " addresses alone; a more private space needs a secure context and the embedder's grant");
  }
}
