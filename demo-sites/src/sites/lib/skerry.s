# The table of externrefs behind every skerry_ref: the one thing that clang 14 cannot say in C.
# Slot 0 is never filled, so that 0 stands for null; skerry.c decides which other slots are free.

	.tabletype skerry_refs, externref
skerry_refs:

	.globl	skerry_table_get
	.functype	skerry_table_get (i32) -> (externref)
skerry_table_get:
	.functype	skerry_table_get (i32) -> (externref)
	local.get	0
	table.get	skerry_refs
	end_function

	.globl	skerry_table_set
	.functype	skerry_table_set (i32, externref) -> ()
skerry_table_set:
	.functype	skerry_table_set (i32, externref) -> ()
	local.get	0
	local.get	1
	table.set	skerry_refs
	end_function

	.globl	skerry_table_clear
	.functype	skerry_table_clear (i32) -> ()
skerry_table_clear:
	.functype	skerry_table_clear (i32) -> ()
	local.get	0
	ref.null_extern
	table.set	skerry_refs
	end_function

	.globl	skerry_table_grow
	.functype	skerry_table_grow (i32) -> (i32)
skerry_table_grow:
	.functype	skerry_table_grow (i32) -> (i32)
	ref.null_extern
	local.get	0
	table.grow	skerry_refs
	end_function

	# LLVM 14 assembles no ref.is_null (0xd1): it stands here as a byte, with a return (0x0f) after it, because the
	# assembler's own type check takes the reference for still there.
	.globl	skerry_is_null
	.functype	skerry_is_null (externref) -> (i32)
skerry_is_null:
	.functype	skerry_is_null (externref) -> (i32)
	local.get	0
	.byte	0xd1, 0x0f
	unreachable
	end_function
