package example

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import org.junit.jupiter.api.Assertions.assertAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.function.Executable
import org.junit.jupiter.api.io.TempDir

/** The library's null annotations are types to Kotlin, so misuse does not compile. */
class NullnessTest {

    @Test
    fun `null does not compile where the library accepts or returns none`(@TempDir folder: Path) {
        val misuses = mapOf(
            "val a = ObjectKey.of(null)" to "null cannot be a value of a non-null type 'String'",
            "val b = Email.builder().subject(null)" to "null cannot be a value of a non-null type 'String'",
            "val c = object : CdnUrlResolver by cdn { override fun resolve(key: ObjectKey?) = cdn.resolve(key!!) }"
                to "overrides nothing",
            "val d = object : CdnUrlResolver by cdn { override fun resolve(key: ObjectKey): URI? = null }"
                to "is not a subtype of the return type"
        )
        val source = folder.resolve("Misuses.kt")
        Files.write(source, listOf("$IMPORTS val cdn = CdnUrlResolver.of(URI.create(\"https://cdn.example\"))") + misuses.keys)

        val output = ByteArrayOutputStream()
        val exit = K2JVMCompiler().exec(
            PrintStream(output),
            "-Xjspecify-annotations=strict",
            "-no-stdlib",
            "-no-reflect",
            "-classpath", System.getProperty("java.class.path"),
            "-d", folder.toString(),
            source.toString()
        )

        assertEquals(ExitCode.COMPILATION_ERROR, exit)
        val errors = output.toString().lines().filter { ": error: " in it }
        assertAll(misuses.values.mapIndexed { index, reason ->
            Executable { assertTrue(errors.any { "Misuses.kt:${index + 2}:" in it && reason in it }, "$reason\n$output") }
        })
        assertEquals(misuses.size, errors.size, output.toString())
    }

    private companion object {
        const val IMPORTS = "import com.healthmetrics.aws.cdn.*; import com.healthmetrics.aws.mail.*; " +
            "import com.healthmetrics.aws.storage.*; import java.net.URI;"
    }
}
