package dev.skerry.memory;

/** Something of the system's that its one owner frees once. */
interface Resource {

  void free();
}
