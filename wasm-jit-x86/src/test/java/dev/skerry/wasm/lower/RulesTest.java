package dev.skerry.wasm.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** There is a rule for all that a graph can hold, and machine instructions for what the rules say. */
class RulesTest {

  /** Instructions that the graph says otherwise: control, constants, locals, and what the runtime does. */
  private static final Set<Opcode> NOT_IN_GRAPHS = EnumSet.of(
      Opcode.UNREACHABLE, Opcode.NOP, Opcode.BLOCK, Opcode.LOOP, Opcode.IF, Opcode.ELSE, Opcode.END, Opcode.BR,
      Opcode.BR_IF, Opcode.BR_TABLE, Opcode.RETURN, Opcode.CALL, Opcode.CALL_INDIRECT, Opcode.CALL_REF,
      Opcode.RETURN_CALL, Opcode.RETURN_CALL_INDIRECT, Opcode.RETURN_CALL_REF, Opcode.TRY, Opcode.CATCH, Opcode.THROW,
      Opcode.RETHROW, Opcode.THROW_REF, Opcode.DELEGATE, Opcode.CATCH_ALL, Opcode.TRY_TABLE, Opcode.DROP,
      Opcode.SELECT_T, Opcode.LOCAL_GET, Opcode.LOCAL_SET, Opcode.LOCAL_TEE, Opcode.REF_NULL, Opcode.REF_IS_NULL,
      Opcode.BR_ON_NULL, Opcode.BR_ON_NON_NULL, Opcode.I32_CONST, Opcode.I64_CONST, Opcode.F32_CONST, Opcode.F64_CONST,
      Opcode.V128_CONST, Opcode.MEMORY_GROW, Opcode.MEMORY_INIT, Opcode.MEMORY_COPY, Opcode.MEMORY_FILL,
      Opcode.DATA_DROP, Opcode.TABLE_INIT, Opcode.ELEM_DROP, Opcode.TABLE_COPY, Opcode.TABLE_GROW, Opcode.TABLE_FILL,
      Opcode.MEMORY_ATOMIC_NOTIFY, Opcode.MEMORY_ATOMIC_WAIT32, Opcode.MEMORY_ATOMIC_WAIT64);

  /** Constants are made where they are used. */
  private static final Set<IrOp> WITHOUT_RULE = EnumSet.of(IrOp.CONST, IrOp.VECTOR_CONST);

  @Test
  void givenEveryInstructionThatAGraphCanHoldThenItHasARule() {
    List<Object> missing = new ArrayList<>();
    for (Opcode opcode : Opcode.values()) {
      if (Rules.has(opcode) == NOT_IN_GRAPHS.contains(opcode)) {
        missing.add(opcode);
      }
    }
    for (IrOp op : IrOp.values()) {
      if (!Rules.has(op) && !WITHOUT_RULE.contains(op)) {
        missing.add(op);
      }
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void givenEveryRecipeThenItsRowsExistInBothForms() {
    for (Opcode opcode : Opcode.values()) {
      if (Rules.of(opcode) instanceof Recipe recipe) {
        for (Row row : recipe.rows()) {
          boolean vectors = row.operands().stream().map(OperandForm::kind).anyMatch(OperandForm.Kind::takesVector);
          assertTrue(row.mnemonic().startsWith("v") || !vectors || VexForms.of(row) != null, row.toString());
        }
      }
    }
  }

  @Test
  void givenTheRowsOfScalarRulesThenTheyHaveVexForms() {
    Arrays.asList("addss", "cmpsd", "cvtsi2sd", "movd", "movq", "roundss", "ucomisd", "insertps", "ptest")
        .forEach(mnemonic -> Rows.all().stream()
            .filter(row -> row.mnemonic().equals(mnemonic))
            .forEach(row -> assertNotNull(VexForms.of(row), row.toString())));
  }
}
