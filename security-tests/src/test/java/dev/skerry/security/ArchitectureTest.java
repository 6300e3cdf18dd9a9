package dev.skerry.security;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import java.util.Set;

/** The arrows between the rooms: nothing imports upwards, and only one room touches the machine. */
@AnalyzeClasses(packages = "dev.skerry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule roomsUseOnlyTheFloorsBelow = layeredArchitecture().consideringOnlyDependenciesInLayers()
      .layer("linear-memory").definedBy("dev.skerry.memory..")
      .layer("wasm-jit-x86").definedBy("dev.skerry.wasm..")
      .layer("fetch-layer").definedBy("dev.skerry.fetch..")
      .layer("host-bindings").definedBy("dev.skerry.bindings..")
      .layer("origin-manager").definedBy("dev.skerry.origin..")
      .layer("demo-sites").definedBy("dev.skerry.demo..")
      .layer("security-tests").definedBy("dev.skerry.security..")
      .whereLayer("security-tests").mayNotBeAccessedByAnyLayer()
      .whereLayer("demo-sites").mayOnlyBeAccessedByLayers("security-tests")
      .whereLayer("origin-manager").mayOnlyBeAccessedByLayers("demo-sites", "security-tests")
      .whereLayer("host-bindings").mayOnlyBeAccessedByLayers("origin-manager", "security-tests")
      .whereLayer("fetch-layer").mayOnlyBeAccessedByLayers("host-bindings", "origin-manager", "security-tests")
      .whereLayer("wasm-jit-x86").mayOnlyBeAccessedByLayers("host-bindings", "origin-manager", "security-tests")
      .whereLayer("linear-memory").mayOnlyBeAccessedByLayers("wasm-jit-x86", "origin-manager", "security-tests");

  @ArchTest
  static final ArchRule onlyLinearMemoryTouchesTheMachine = noClasses()
      .that().resideOutsideOfPackage("dev.skerry.memory..")
      .should().dependOnClassesThat().resideInAnyPackage("sun.misc..", "jnr..", "com.kenai..", "jdk.internal..");

  @ArchTest
  static final ArchRule onlyTheEngineUsesUncheckedAccess = noClasses()
      .that().resideOutsideOfPackages("dev.skerry.memory..", "dev.skerry.wasm..")
      .should().dependOnClassesThat().haveFullyQualifiedName("dev.skerry.memory.NativeAccess");

  @ArchTest
  static final ArchRule librariesLogThroughSlf4jAlone = noClasses()
      .that().resideOutsideOfPackage("dev.skerry.origin.cli..")
      .should().dependOnClassesThat().resideInAnyPackage("ch.qos.logback..", "picocli..", "java.util.logging..");

  @ArchTest
  static final ArchRule onlyTheFetchLayerAndServersSpeakHttp = noClasses()
      .that().resideOutsideOfPackages("dev.skerry.fetch..", "dev.skerry.demo..", "dev.skerry.security..")
      .should().dependOnClassesThat().resideInAnyPackage("org.eclipse.jetty..", "java.net.http..");

  @ArchTest
  static final ArchRule onlySpecScriptsReadJsonInTheEngine = noClasses()
      .that().resideInAPackage("dev.skerry.wasm..").and().resideOutsideOfPackage("dev.skerry.wasm.wast..")
      .should().dependOnClassesThat().resideInAnyPackage("com.fasterxml..");

  @ArchTest
  static final ArchRule theFormatKnowsNothingOfTheEngine = noClasses()
      .that().resideInAPackage("dev.skerry.wasm.format..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.skerry.wasm.decode..", "dev.skerry.wasm.validate..",
          "dev.skerry.wasm.interp..", "dev.skerry.wasm.runtime..", "dev.skerry.memory..");

  @ArchTest
  static final ArchRule theFrontEndKnowsNothingOfExecution = noClasses()
      .that().resideInAnyPackage("dev.skerry.wasm.decode..", "dev.skerry.wasm.validate..",
          "dev.skerry.wasm.semantics..")
      .should().dependOnClassesThat().resideInAnyPackage("dev.skerry.wasm.interp..", "dev.skerry.wasm.runtime..",
          "dev.skerry.memory..");

  /** What is said of the verifier's code is said of no compiler's: it knows what is handed over, and the convention. */
  @ArchTest
  static final ArchRule theVerifierSharesNoCodeWithTheCompiler = noClasses()
      .that().resideInAPackage("dev.skerry.wasm.verify..")
      .should().dependOnClassesThat(resideInAnyPackage("dev.skerry.wasm.ir..", "dev.skerry.wasm.pass..",
          "dev.skerry.wasm.lower..", "dev.skerry.wasm.regalloc..", "dev.skerry.wasm.tier..")
          .and(not(belongToAnyOf(CompiledFunction.class, Symbol.class, CallingConvention.class, CpuFeatures.class))));

  @ArchTest
  static final ArchRule theVerifierReadsMachineCodeAndWritesNone = noClasses()
      .that().resideInAPackage("dev.skerry.wasm.verify..")
      .should().dependOnClassesThat().haveNameMatching("dev\\.skerry\\.wasm\\.x64\\."
          + "(Assembler|Encoder|InstructionWriter|WritingPlan|ConstantPool|CodeBuffer)");

  @ArchTest
  static final ArchRule modulesHaveNoCyclesBetweenThem =
      slices().matching("dev.skerry.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theEmbeddingApiNamesPublicClassesAlone = classes()
      .that().resideInAPackage("dev.skerry.origin").and().arePublic()
      .should(new ArchCondition<>("have no internal class in a public signature") {
        @Override
        public void check(JavaClass item, ConditionEvents events) {
          item.getCodeUnits().stream().filter(unit -> isOpen(unit.getModifiers())).forEach(unit ->
              unit.getAllInvolvedRawTypes().stream().filter(type -> !isForEmbedders(type.getBaseComponentType()))
                  .forEach(type -> events.add(SimpleConditionEvent.violated(unit, unit.getFullName() + " names "
                      + type.getName()))));
        }
      });

  private static final Set<String> FOR_EMBEDDERS = Set.of("dev.skerry.origin", "dev.skerry.bindings",
      "dev.skerry.bindings.abi", "dev.skerry.fetch", "dev.skerry.wasm", "dev.skerry.wasm.cache");

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static boolean isForEmbedders(JavaClass type) {
    String name = type.getPackageName();
    return !name.startsWith("dev.skerry.") || FOR_EMBEDDERS.contains(name) && isOpen(type.getModifiers());
  }
}
