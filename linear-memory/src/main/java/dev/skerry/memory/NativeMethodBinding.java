package dev.skerry.memory;

import com.kenai.jffi.NativeMethod;
import com.kenai.jffi.NativeMethods;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * A static native Java method that machine code can be bound to. Only primitives pass: a reference would be a pointer
 * into the Java heap.
 */
record NativeMethodBinding(Class<?> owner, String name, String descriptor) {

  /** @throws IllegalArgumentException if the class declares not exactly one such method */
  static NativeMethodBinding of(Class<?> owner, String name) {
    Method found = null;
    int count = 0;
    for (Method method : owner.getDeclaredMethods()) {
      if (method.getName().equals(name) && Modifier.isStatic(method.getModifiers())
          && Modifier.isNative(method.getModifiers())) {
        found = method;
        count++;
      }
    }
    if (count != 1) {
      throw new IllegalArgumentException(
          owner.getName() + " declares " + count + " static native methods " + name + ", not one");
    }
    MethodType type = MethodType.methodType(found.getReturnType(), found.getParameterTypes());
    if (!isPrimitive(type)) {
      throw new IllegalArgumentException(owner.getName() + "." + name + type + " takes or gives more than primitives");
    }
    return new NativeMethodBinding(owner, name, type.descriptorString());
  }

  private static boolean isPrimitive(MethodType type) {
    for (Class<?> parameter : type.parameterArray()) {
      if (!parameter.isPrimitive()) {
        return false;
      }
    }
    return type.returnType().isPrimitive();
  }

  void bind(long address) {
    NativeMethods.register(owner, List.of(new NativeMethod(address, name, descriptor)));
  }
}
