package dev.skerry.bindings;

/**
 * A message as its receiver sees it (HTML §9.3.3).
 *
 * @param data this receiver's own copy
 * @param origin the sender's origin, serialised
 * @param source the sender's window
 */
public record Message(byte[] data, String origin, WindowHandle source) {
}
