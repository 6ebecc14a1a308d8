package example

import com.healthmetrics.aws.HealthMetricsAws
import com.healthmetrics.aws.mail.Email
import com.healthmetrics.aws.mail.EmailAddress
import com.healthmetrics.aws.storage.ObjectKey
import com.healthmetrics.aws.storage.PresignedPut
import com.healthmetrics.aws.storage.UploadPolicy
import com.healthmetrics.aws.storage.UploadRequest
import java.net.URI

/** The pictures of one user. */
class Pictures(private val aws: HealthMetricsAws, private val owner: String) {

    fun sign(contentType: String, sizeBytes: Long): PresignedPut =
        aws.uploads().presignPut(POLICY, UploadRequest.of(owner, contentType, sizeBytes))

    /** Publishes the uploaded picture and emails a link to it. */
    fun publish(key: ObjectKey, recipient: EmailAddress): URI {
        val accepted = aws.uploadVerifier().verify(POLICY, owner, key).orThrow()
        val link = accepted.publicUrl().orElseThrow()
        aws.mailer().send(
            Email.builder()
                .from(aws.settings().fromEmail())
                .to(recipient)
                .subject("Your new picture")
                .text("Here it is: $link")
                .build()
        )
        return link
    }

    private companion object {
        val POLICY: UploadPolicy = UploadPolicy.avatars()
    }
}
