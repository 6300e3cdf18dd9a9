package dev.skerry.security;

/** Whether the barrier that an attack runs against stands, or the harness took it away to prove the attack sharp. */
public enum Barrier { UP, DOWN }
