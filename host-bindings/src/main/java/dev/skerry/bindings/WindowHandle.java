package dev.skerry.bindings;

/** What a guest may hold of another frame's window: an unforgeable name, comparable by identity, and no more. */
public interface WindowHandle {
}
