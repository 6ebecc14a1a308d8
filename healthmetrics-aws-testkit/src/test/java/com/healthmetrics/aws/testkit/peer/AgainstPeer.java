package com.healthmetrics.aws.testkit.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/**
 * Holds a peer to a contract suite, and keeps the record of its differences true: a case that is
 * marked with {@link Differs} must fail, so the record cannot become stale.
 */
final class AgainstPeer implements BeforeAllCallback, AfterEachCallback, InvocationInterceptor {
  private final Set<String> dynamicTests = ConcurrentHashMap.newKeySet();

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> tests = context.getRequiredTestClass();
    AnnotationSupport.findAnnotation(tests, Against.class)
        .ifPresent(against -> against.value().start());
    for (Differs mark : marks(context)) {
      assertThat(methodsNamed(tests, mark.in())).as("cases named %s", mark.in()).isNotEmpty();
      assertThat(mark.because()).as("the reason of %s", mark.in()).isNotBlank();
    }
  }

  private static List<Method> methodsNamed(Class<?> tests, String name) {
    return ReflectionSupport.findMethods(
        tests, method -> method.getName().equals(name), HierarchyTraversalMode.TOP_DOWN);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> test, ReflectiveInvocationContext<Method> method, ExtensionContext context)
      throws Throwable {
    check(test, mark(context, ""));
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> test, DynamicTestInvocationContext dynamic, ExtensionContext context)
      throws Throwable {
    ExtensionContext factory = context.getParent().orElseThrow();
    dynamicTests.add(factory.getRequiredTestMethod().getName() + " " + context.getDisplayName());
    check(test, mark(factory, context.getDisplayName()));
  }

  /** A mark that names a test its factory no longer has is out of date. */
  @Override
  public void afterEach(ExtensionContext context) {
    String name = context.getRequiredTestMethod().getName();
    marks(context).stream()
        .filter(mark -> mark.in().equals(name) && !mark.only().isEmpty())
        .forEach(mark -> assertThat(dynamicTests).contains(name + " " + mark.only()));
  }

  private static void check(Invocation<Void> test, Optional<Differs> mark) throws Throwable {
    if (mark.isEmpty()) {
      test.proceed();
      return;
    }
    try {
      test.proceed();
    } catch (TestAbortedException e) {
      throw e;
    } catch (IOException | AssertionError expected) {
      return;
    }
    fail(
        "It behaves as AWS does, although it is marked to differ because %s Remove the mark."
            .formatted(mark.get().because()));
  }

  private static Optional<Differs> mark(ExtensionContext context, String displayName) {
    String name = context.getRequiredTestMethod().getName();
    return marks(context).stream()
        .filter(mark -> mark.in().equals(name))
        .filter(mark -> mark.only().isEmpty() || mark.only().equals(displayName))
        .findFirst();
  }

  private static List<Differs> marks(ExtensionContext context) {
    return Stream.of(context.getRequiredTestClass().getAnnotationsByType(Differs.class)).toList();
  }
}
