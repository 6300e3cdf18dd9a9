package dev.skerry.wasm.runtime;

import java.util.List;

/**
 * What a module's imports are bound to, each list in the order of the module's index space; types were checked.
 *
 * @param functions a {@link FunctionInstance}, or a {@link HostCode} that is to become a function of the new instance
 */
public record Imports(
    List<Object> functions,
    List<TableInstance> tables,
    List<MemoryInstance> memories,
    List<GlobalInstance> globals,
    List<TagInstance> tags) {
}
