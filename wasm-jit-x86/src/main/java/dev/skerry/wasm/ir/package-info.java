/**
 * The intermediate form of the native compiler: SSA over a control-flow graph, block parameters, dense numbers in
 * parallel arrays. It knows no machine.
 */
package dev.skerry.wasm.ir;
