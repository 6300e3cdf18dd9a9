/** From machine code with virtual registers ({@code Lir}) to bytes: register allocation, its checker, and emission. */
package dev.skerry.wasm.regalloc;
