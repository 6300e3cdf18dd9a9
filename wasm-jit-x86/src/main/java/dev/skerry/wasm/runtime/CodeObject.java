package dev.skerry.wasm.runtime;

/** What the machine code at an address is. */
sealed interface CodeObject permits NativeFunction, Thunk, Stubs, FaultHandler, Detour {
}
