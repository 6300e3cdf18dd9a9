/** What people read who write guests, made from the modules' tables. */
package dev.skerry.bindings.reference;
