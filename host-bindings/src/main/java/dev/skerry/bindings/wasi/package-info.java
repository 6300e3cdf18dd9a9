/** WASI preview 1 behind its table of functions: descriptors, paths below preopened folders, clocks and waiting. */
package dev.skerry.bindings.wasi;
