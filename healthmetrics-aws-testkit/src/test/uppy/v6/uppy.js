import AwsS3 from "@uppy/aws-s3";

export { default as Uppy } from "@uppy/core";

// Uploads each file with the JSON that signing it resolves to. The plugin asks by key, not by file;
// the server chooses the key, so the one that it asks by can be the file's id.
export const useAwsS3 = (uppy, sign) =>
  uppy.use(AwsS3, {
    shouldUseMultipart: false,
    generateObjectKey: (file) => file.id,
    signRequest: ({ key }) => sign(uppy.getFile(key)),
  });
