package dev.skerry.origin;

/**
 * What is used of one limit at this moment.
 *
 * @param origin whose agent uses it; empty for the whole page
 * @param used in the limit's unit
 * @param most the limit
 */
public record Usage(String origin, Limit limit, long used, long most) {
}
