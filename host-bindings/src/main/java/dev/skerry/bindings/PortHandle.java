package dev.skerry.bindings;

/** One end of a message channel, as guests hold it (HTML §9.4.4). What it is entangled with is not theirs to see. */
public interface PortHandle {
}
