/**
 * The command line. Its start is measured: what {@code run} does before the guest's first instruction uses no lambda,
 * no regular expression, no format string and no logger, and loads no class of another command.
 */
package dev.skerry.origin.cli;
