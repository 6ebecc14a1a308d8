package example

import com.healthmetrics.aws.mail.EmailAddress
import com.healthmetrics.aws.storage.ObjectKey
import com.healthmetrics.aws.storage.UploadRejectedException
import com.healthmetrics.aws.testkit.LocalAws
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.util.Base64
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.AutoClose
import org.junit.jupiter.api.Test

class PicturesTest {
    @AutoClose
    private val local = LocalAws.start()
    private val pictures = Pictures(local.aws(), "user-42")
    private val browser = HttpClient.newHttpClient()
    private val ada = EmailAddress.of("ada@example.com")
    private val picture = Base64.getDecoder().decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E" +
            "rkJggg=="
    )

    @Test
    fun `signs, uploads, verifies and sends`() {
        val link = pictures.publish(upload(picture), ada)

        local.mailbox().hasEmailTo(ada.address()).withLinkTo(link.path)
        val get = HttpRequest.newBuilder(link).build()
        assertArrayEquals(picture, browser.send(get, BodyHandlers.ofByteArray()).body())
    }

    @Test
    fun `does not email what is no picture`() {
        val noPicture = upload(ByteArray(picture.size))

        assertThrows(UploadRejectedException::class.java) { pictures.publish(noPicture, ada) }
        local.mailbox().isEmpty()
    }

    private fun upload(body: ByteArray): ObjectKey {
        val upload = pictures.sign("image/png", body.size.toLong())
        val put = HttpRequest.newBuilder(upload.url()).PUT(BodyPublishers.ofByteArray(body))
        upload.headers().forEach { (name, value) -> put.header(name, value) }
        assertEquals(200, browser.send(put.build(), BodyHandlers.ofString()).statusCode())
        return upload.key()
    }
}
