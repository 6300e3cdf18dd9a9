/** What every host module is written with: rows of functions, the call that reaches them, and the guest's memory. */
package dev.skerry.bindings.abi;
