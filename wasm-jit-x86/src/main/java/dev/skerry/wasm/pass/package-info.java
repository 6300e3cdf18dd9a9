/**
 * What makes graphs better before they are lowered: one fixed list ({@link dev.skerry.wasm.pass.Passes}), one file and
 * one switch for each pass.
 */
package dev.skerry.wasm.pass;
