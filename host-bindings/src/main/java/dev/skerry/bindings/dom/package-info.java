/** The parts of the DOM that jsoup has not: selectors that can be interrupted, events, and limits. */
package dev.skerry.bindings.dom;
