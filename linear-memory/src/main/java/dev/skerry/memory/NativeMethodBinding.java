package dev.skerry.memory;

import com.kenai.jffi.NativeMethod;
import com.kenai.jffi.NativeMethods;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/**
 * A static native Java method that machine code can be bound to. Only primitives pass: a reference would be a pointer
 * into the Java heap.
 */
record NativeMethodBinding(Class<?> owner, String name, String descriptor) {

  /** @throws IllegalArgumentException if the class declares not exactly one such method */
  static NativeMethodBinding of(Class<?> owner, String name) {
    List<Method> methods = Arrays.stream(owner.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .filter(method -> Modifier.isStatic(method.getModifiers()) && Modifier.isNative(method.getModifiers()))
        .toList();
    if (methods.size() != 1) {
      throw new IllegalArgumentException(
          owner.getName() + " declares " + methods.size() + " static native methods " + name + ", not one");
    }
    MethodType type = MethodType.methodType(methods.get(0).getReturnType(), methods.get(0).getParameterTypes());
    if (!type.returnType().isPrimitive() || !type.parameterList().stream().allMatch(Class::isPrimitive)) {
      throw new IllegalArgumentException(owner.getName() + "." + name + type + " takes or gives more than primitives");
    }
    return new NativeMethodBinding(owner, name, type.descriptorString());
  }

  void bind(long address) {
    NativeMethods.register(owner, List.of(new NativeMethod(address, name, descriptor)));
  }
}
