/** Decides which functions get machine code and when, and makes it: the pipeline of the native compiler. */
package dev.skerry.wasm.tier;
