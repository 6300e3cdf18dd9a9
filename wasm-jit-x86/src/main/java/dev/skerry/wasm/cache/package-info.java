/** The compiled-code cache: in memory and on disk, apart for each partition; it trusts nothing that it reads. */
package dev.skerry.wasm.cache;
