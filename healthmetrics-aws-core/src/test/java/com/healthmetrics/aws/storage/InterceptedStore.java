package com.healthmetrics.aws.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A store whose calls a test can see, precede, follow and replace. */
final class InterceptedStore {
  private InterceptedStore() {}

  /** What to do in place of a call. */
  interface Interceptor {
    Object call(Call call) throws Throwable;
  }

  /** Something that may fail. */
  interface Action {
    void run() throws Throwable;
  }

  /** A call of a method of the store. */
  static final class Call {
    private final ObjectStore target;
    private final Method method;
    private final Object[] arguments;

    private Call(ObjectStore target, Method method, Object[] arguments) {
      this.target = target;
      this.method = method;
      this.arguments = arguments;
    }

    /** The method and what it is about, such as {@code head pending}. */
    String step() {
      Object subject = arguments == null || arguments.length == 0 ? "" : arguments[0];
      if (subject instanceof ObjectHead head) {
        subject = head.key();
      } else if (subject instanceof NewObject object) {
        subject = object.key();
      }
      return method.getName()
          + (subject.toString().startsWith(ObjectKey.PENDING) ? " pending" : " published");
    }

    boolean is(String name) {
      return method.getName().equals(name);
    }

    Object proceed() throws Throwable {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }

  static ObjectStore of(ObjectStore target, Interceptor interceptor) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (proxy, method, arguments) -> interceptor.call(new Call(target, method, arguments)));
  }

  /** The store, with something done before each call of a method. */
  static ObjectStore before(ObjectStore target, String method, Action action) {
    return of(
        target,
        call -> {
          if (call.is(method)) {
            action.run();
          }
          return call.proceed();
        });
  }

  /** The store, of which a method fails. */
  static ObjectStore failing(ObjectStore target, String method, StorageException.Kind kind) {
    return before(
        target,
        method,
        () -> {
          throw new StorageException(kind, "as the test needs");
        });
  }
}
