package dev.skerry.wasm.verify.campaign;

/** Memory as an instruction sees it: every access is judged before it is made. */
interface Bus {

  /** @return the bytes, zero-extended; 1, 2, 4 or 8 of them */
  long load(long address, int bytes);

  void store(long address, int bytes, long value);

  /** Judges an access of up to 16 bytes; loads and stores of its parts follow. */
  void require(long address, int bytes, boolean writes);
}
