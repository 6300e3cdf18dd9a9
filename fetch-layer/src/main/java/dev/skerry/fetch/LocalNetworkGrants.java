package dev.skerry.fetch;

/** An embedder's grants of Local Network Access, beyond what needs none. Called on any thread; must not block. */
@FunctionalInterface
public interface LocalNetworkGrants {

  /** Grants nothing. */
  LocalNetworkGrants NONE = (requester, target, space) -> false;

  /**
   * Whether documents of that origin, in a secure context, may reach that URL at an address of a more private space
   * than their own.
   */
  boolean allows(Origin requester, Url target, AddressSpace space);
}
