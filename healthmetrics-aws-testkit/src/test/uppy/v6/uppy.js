import AwsS3 from "@uppy/aws-s3";

export { default as Uppy } from "@uppy/core";

// Uploads each file with the JSON that signing it resolves to. The plugin requests signatures by key,
// not by file; the server chooses the real key, so the plugin's key can be the file's id.
export const useAwsS3 = (uppy, sign) =>
  uppy.use(AwsS3, {
    shouldUseMultipart: false,
    generateObjectKey: (file) => file.id,
    signRequest: ({ key }) => sign(uppy.getFile(key)),
  });
